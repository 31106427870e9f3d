// A sealed file, looked for by everybody who may not know of it, in every way there is: by number, list, count, search, id,
// link, export, map, feed, Open311, messages, figures, the audit page, the tables and the logs. And the ways in that are meant:
// assignment with the right role, a broken glass that closes by itself, one's own file.
import {story} from '../lib/story.mjs';
import {run_tongxin} from '../lib/server.mjs';
import {api_of} from '../lib/api.mjs';
import {dump_of, files_of} from '../lib/dump.mjs';
import {Client} from '../lib/http.mjs';

const MARKER = '紫檀木柜子旁的争吵';
const SAID = {injury: 'mark', nature: 'hands', history: 'after-criticism', special: false, 'in-public': false, 'asks-for': false,
  ongoing: false, breach: false};
const post_of = async caller => (await caller.get('/api/v1/me')).posts[0];
const ID = 2 ** 40 + 1;

async function sealed_matter(p) {
  const posts = await Promise.all([p.liaison, p.federation, p.community].map(post_of));
  const [police, federation, community] = posts.map(x => String(x.id));
  const {code} = await p.liaison.good('POST', '/api/v1/matters', {procedure: 'family-support', action: 'register',
    said: {...SAID, facts: MARKER, address: MARKER, place: String(posts[2].place.id), source: 'call', 'police-post': police,
      'federation-post': federation, 'community-post': community, 'safe-way': 'in-person', 'safe-when': MARKER}});
  return code;
}

async function everybody(server) {
  const {sign_in, roles} = await api_of(server);
  return {p: Object.fromEntries(await Promise.all(roles.map(async r => [r.account, await sign_in(r.account)]))), roles};
}

const page = (server, caller) => new Client(server.origin, {headers: {authorization: `Bearer ${caller.token}`}});
const bare = (text, code, other) => text.split(code).join('CODE').split(other).join('CODE');

story('whoever may not know of a sealed file finds nothing of it anywhere', async t => {
  const server = await t.tongxin({now: '2026-11-23T10:00:00+08:00', fresh: true});
  const {p, roles} = await everybody(server);
  const before = (await p.centre.get('/api/v1/matters?limit=1')).items.length;
  t.step('the ids of others have no gap');
  const report = async () => (await p.grid.good('POST', '/api/v1/matters', {procedure: 'dispute', action: 'register',
    said: {facts: '两家因楼道杂物争执', kind: 'neighbour', place: String((await post_of(p.grid)).place.id), people: 2,
      source: 'found', threat: 'none', hurt: false, times: 1, failed: false}}));
  const first = await report();
  const code = await sealed_matter(p);
  const second = await report();
  t.equal(second.track, first.track + 1, 'tracks count on as if there had been nothing between');
  t.equal(second.step, first.step + 1, 'and steps');
  t.equal(Number(second.code.slice(-5)), Number(first.code.slice(-5)) + 1, 'and numbers');

  t.step('those assigned see it; holding the office alone is not enough');
  for (const who of ['liaison', 'federation', 'community']) t.has(JSON.stringify(await p[who].matter(code)), MARKER);
  const inbox = JSON.stringify(await p.liaison.get('/api/v1/inbox'));
  t.has(inbox, code);
  t.has_not(inbox, MARKER, 'a list says nothing of what it is about');
  const street = '620302004000';
  await server.run(['user', 'add', 'other.liaison', '--name', '窦示例', '--password-stdin'], {input: 'Another-Officer-365\n'});
  await server.run(['user', 'post', 'add', 'other.liaison', '--role', 'police-liaison', '--place', street]);
  const {open, api} = await api_of(server);
  const {token} = await open.good('POST', '/api/v1/sign-in', {account: 'other.liaison', password: 'Another-Officer-365'});
  const other = new p.liaison.constructor(server, api, token);

  t.step('every route, as every role, with its number and its ids');
  const matrix = JSON.parse((await run_tongxin(['access', '--json'])).out);
  const missing = '620302-ZZZZZZZZZZ';
  const may_know = new Set(['liaison', 'federation', 'community']);
  const strangers = roles.filter(r => !may_know.has(r.account)).map(r => [r.account, p[r.account]]);
  const callers = [['nobody', null], ['other.liaison', other], ...strangers];
  const wrong = [];
  let tried = 0;
  for (const [name, caller] of callers) {
    const client = new Client(server.origin, {headers: caller ? {authorization: `Bearer ${caller.token}`} : {}});
    for (const route of matrix.filter(x => x.method === 'GET' && x.path !== '/live' && !/sign-out|leave|reply/.test(x.path))) {
      for (const id of route.path.includes('{') ? [code, ID] : ['']) {
        const fill = value => route.path.replace(/\{[^}]*\}/g, value);
        const words = encodeURIComponent(MARKER.slice(0, 4));
        const ask = path => client.request('GET', `${path}?q=${words}`, {follow: false, headers: {accept: '*/*'}});
        const reply = await ask(fill(id));
        tried++;
        const echo = reply.text.split(code).length - 1;
        if (reply.text.includes(MARKER)) wrong.push(`${name} ${route.path}: says it`);
        if (!id || /\/(open|phone\/open)\//.test(route.path)) {
          if (!id && echo) wrong.push(`${name} ${route.path}: names it`);
          continue;
        }
        const none = await ask(fill(id === code ? missing : 2 ** 40 + 999999));
        const plain = text => bare(text, code, missing).replace(/[0-9a-f]{24,}|[0-9A-Z]{20}|1099\d+/g, '');
        const [one, two] = [plain(reply.text), plain(none.text)];
        const at = [...one].findIndex((letter, i) => letter !== two[i]);
        if (reply.status === none.status && one === two) continue;
        const [saw, wanted] = [one, two].map(text => text.slice(at, at + 40));
        wrong.push(`${name} ${route.path} ${id}: ${reply.status} ${saw}, ${none.status} ${wanted}`);
      }
    }
  }
  t.same(wrong.slice(0, 20), []);
  t.at_least(tried, 500);

  t.step('acting on it, linking to it, following it, naming its id');
  for (const who of [other, p.leader, p.centre, p.grid, p.mediator]) {
    for (const c of [code, missing]) {
      await who.refused('matter.unknown', 'POST', `/api/v1/matters/${c}/actions`, {action: 'reassess', said: SAID});
    }
  }
  t.step('counts and lists are what they were');
  t.equal((await p.centre.get('/api/v1/matters?limit=1')).items.length, Math.max(before, 1));
  const all = JSON.stringify(await p.centre.get('/api/v1/matters?limit=200'));
  t.has_not(all, code);

  t.step('the commands, the tables and the log');
  for (const words of [['export', 'journal'], ['export', 'cases']]) {
    const {out} = await server.run(words, {may_fail: true});
    t.has_not(out, MARKER);
    t.has_not(out, code, words.join(' '));
  }
  t.ok(!(await dump_of(server)).includes(MARKER), 'in no table');
  t.same(await server.sql(`SELECT count(*) FROM outbox WHERE matter > ${2 ** 40}`), [['0']], 'no letter leaves');
  for (const {path, bytes} of files_of(server)) t.ok(!bytes.includes(MARKER), `${MARKER} in ${path}`);
  t.ok(!server.log().join().includes(MARKER) && !server.log().join().includes(code), 'nothing in the log');

  t.step('how long the answer takes tells nothing either');
  const took = async c => {
    const times = [];
    for (let i = 0; i < 60; i++) {
      const start = performance.now();
      await p.mediator.ask('GET', `/api/v1/matters/${c}`);
      times.push(performance.now() - start);
    }
    return times.sort((a, b) => a - b)[20];
  };
  await took(missing);
  const [there, not_there] = [await took(code), await took(missing)];
  t.note(`there ${there.toFixed(2)} ms, not there ${not_there.toFixed(2)} ms`);
  t.at_most(Math.abs(there - not_there), Math.max(2, not_there), 'the same class of time');
}, {timeout: 500});

story('a broken glass needs a reason, tells the supervisor and closes by itself', async t => {
  const server = await t.tongxin({now: '2026-11-23T10:00:00+08:00', fresh: true});
  let {p} = await everybody(server);
  const code = await sealed_matter(p);
  const leader = await server.signed_in('street-leader', 'leader');
  const break_with = async (client, number, reason) => {
    const form = (await client.get('/sealed')).form({action: '/sealed'});
    return form.submit(client, {code: number, reason});
  };
  let reply = await break_with(leader, code, '太短');
  t.equal(reply.status, 422);
  t.has(reply.text, '太短', 'what was typed stays');
  t.equal((await break_with(leader, '620302-ZZZZZZZZZZ', '承办人都联系不上，受害人来电求助')).status, 404);
  reply = await break_with(leader, code, '承办人都联系不上，受害人来电求助');
  t.has(reply.text, MARKER);
  t.has(reply.text, '立即离开');
  const told = JSON.stringify(await p.district.get('/api/v1/messages'));
  t.has(told, code);
  t.has(told, '应急查阅');
  t.has_not(told, MARKER);
  await p.leader.refused('matter.not-yours', 'POST', `/api/v1/matters/${code}/actions`, {action: 'reassess', said: SAID});
  t.has(JSON.stringify(await server.sql(`SELECT action FROM journal WHERE action LIKE 'sealed.%'`)), 'sealed.break-glass');
  t.ok(!(await dump_of(server)).includes('承办人都联系不上'), 'the reason is encrypted too');
  await server.restart({now: '2026-11-23T14:01:00+08:00'});
  ({p} = await everybody(server));
  t.equal((await p.leader.ask('GET', `/api/v1/matters/${code}`)).status, 404, 'after four hours it is closed');
  t.equal((await server.run(['verify'])).code, 0);
}, {timeout: 300});

story('the person concerned reads their own entry and who opened it; the neighbour at the same door does not', async t => {
  const server = await t.tongxin({now: '2026-11-23T10:00:00+08:00', fresh: true});
  const {p} = await everybody(server);
  const grid = await post_of(p.grid);
  const said = {kind: 'alone', place: String(grid.place.id), ground: 'consent', 'ground-text': '同意书第1号', why: '独居，冬季每月走访',
    worker: String(grid.id), until: '2027-03-01', review: '2027-01-15', contact: 'visit', told: true, account: 'resident'};
  await p.community.refused('matter.condition', 'POST', '/api/v1/matters',
    {procedure: 'care', action: 'enter', said: {...said, told: false}});
  const {code} = await p.community.good('POST', '/api/v1/matters', {procedure: 'care', action: 'enter', said});
  t.equal((await p.community.ask('GET', `/api/v1/matters/${code}`)).status, 404, 'whoever entered it is not who works on it');
  await p.grid.act(code, 'note-down', {note: '紫檀木柜子旁摔过一次'});
  await p.grid.matter(code);
  const own = await (await server.signed_in('resident', 'resident')).get('/me/files');
  t.has(own.text, '独居，冬季每月走访');
  t.has(own.text, '同意书第1号');
  t.has(own.text, '网格员', 'who opened it');
  t.has_not(own.text, '紫檀木', 'working notes are the workers\' own');
  const neighbour = await (await server.signed_in('resident', 'resident2')).get('/me/files');
  t.has_not(neighbour.text, '独居');
  t.equal((await p.resident2.ask('GET', `/api/v1/matters/${code}`)).status, 404);
  t.equal((await page(server, p.grid).get('/visits')).text.includes(code), true, 'on the due list');
}, {timeout: 300});
