// What the stories of deliberation share: pressing actions of a case, taking part, voting.
import {sign_in} from './bodies.mjs';
import {after} from './story.mjs';
import {start_tongxin} from './server.mjs';

// What several stories begin with is made once: `make` gets a server whose clock starts at `now` and returns plain facts (with
// `then`, where the clock stands afterwards). Each story gets a copy: {server, officer, secretary, ...facts}.
const made = new Map();
const minutes_later = (at, n) => `${new Date(Date.parse(at) + (n + 480) * 60000).toISOString().slice(0, 19)}+08:00`;
export async function begun(t, name, now, make) {
  if (!made.has(name)) {
    const base = await start_tongxin({now});
    after(() => base.close({unclean: true}));
    const facts = await make(base);
    await base.stop();
    made.set(name, {base, facts});
  }
  const {base, facts} = made.get(name);
  const server = await t.tongxin({like: base, now: facts.then ?? minutes_later(base.now, 10)});
  const officer = await server.signed_in(null, 'community');
  return {server, officer, secretary: await server.signed_in(null, 'secretary'), ...facts};
}

// Presses an action on the page of a matter; `track` of which kind when several offer it.
export async function act(t, who, code, action, values = {}, {status = 200} = {}) {
  const page = await who.get(`/case/${code}`);
  const link = page.links().find(l => l.href.includes(`do=${action}&`) || l.href.endsWith(`do=${action}`));
  t.ok(link, `${action} is offered; there are ${page.links().map(l => l.href).filter(h => h.includes('do=')).join(' ')}`);
  const asked = await who.get(link.href);
  const reply = await asked.form({action: `/${action}`}).submit(who, values);
  if (reply.status !== status) t.note(reply.text.match(/role="alert"[\s\S]{0,600}/)?.[0] ?? '');
  t.status(reply, status, action);
  return reply;
}

// Opens a matter at the community's own place and gives its code.
export async function open(t, who, procedure, action, values) {
  const page = await who.get(`/open/${procedure}/${action}`);
  t.status(page, 200);
  const form = page.form({action: `/open/${procedure}/${action}`});
  const place = form.options('place').find(o => o.value);
  const reply = await form.submit(who, {place: place.value, ...values});
  t.status(reply, 200, `${procedure} ${action}`);
  return reply;
}

export async function newest_code(server, procedure) {
  return (await server.sql(`SELECT code FROM matter WHERE procedure = '${procedure}' ORDER BY id DESC LIMIT 1`))[0][0];
}

export async function newest_track(server) {
  return Number((await server.sql('SELECT MAX(track) FROM roll'))[0][0]);
}

// A form of the page of a meeting, sent: attend, proxy, exclude, invite, paper.
export async function keep(who, track, what, values) {
  const page = await who.get(`/meeting/${track}`);
  const form = page.forms().find(f => f.action.endsWith(`/${what}`));
  if (!form) throw new Error(`the meeting has no form ${what}: ${page.words().slice(0, 300)}`);
  return form.submit(who, values);
}

// The number of somebody's entry on the roll, by the name shown.
export async function entry_of(who, track, name) {
  const words = (await who.get(`/meeting/${track}`)).text;
  const row = words.split('<tr>').find(r => r.includes(`>${name}`));
  return row.match(/<td>(\d+)<\/td>/)[1];
}

// Somebody votes on line; returns the check code, or the reply when it was refused.
export async function vote(server, track, login, option, {entry} = {}) {
  const who = typeof login === 'string' ? await sign_in(server, login) : login;
  const page = await who.get(`/vote/${track}${entry ? `?for=${entry}` : ''}`);
  const form = page.forms().find(f => f.names().includes('option'));
  if (!form) return {page, who};
  const reply = await form.submit(who, {option});
  const code = reply.text.match(/check-code"><code>([A-Z2-9]{12})</)?.[1];
  return {page, who, reply, code};
}

// The newest publication on show with this heading, and somebody's objection to it: {code, receipt, reply}.
export async function notice_id(server, heading) {
  return Number((await server.sql(`SELECT MAX(id) FROM notice WHERE heading = '${heading}'`))[0][0]);
}
export async function object(server, who, id, values) {
  const page = await who.get(`/public/notice/${id}`);
  const form = page.forms().find(f => f.action.endsWith('/object'));
  if (!form) return {page};
  const reply = await form.submit(who, values);
  const receipt = reply.url?.match(/\/r\/([A-Z2-9]+)/)?.[1];
  return {page, reply, receipt, code: await newest_code(server, 'objection')};
}
