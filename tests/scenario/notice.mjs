// A community tells its residents something: a notice with a period, a correction that keeps the old text, proof against
// the journal, an end.
import {createHash} from 'node:crypto';
import {story} from '../lib/story.mjs';

const NOW = '2026-11-23T10:18:00+08:00';

async function publish(t, server, values = {}) {
  const officer = await server.signed_in(null, 'community');
  const page = await officer.get('/open/notice/publish');
  t.status(page, 200);
  const form = page.form({action: '/open/notice/publish'});
  const place = form.options('place').find(o => o.value);
  const reply = await form.submit(officer, {
    heading: '二次供水水箱清洗停水通知', text: '12月1日9时至17时清洗水箱，期间停水。\n请提前储水。', where: 'page',
    place: place.value, ...values});
  t.status(reply, 200);
  const rows = await server.sql(
    'SELECT n.id, m.code FROM notice n JOIN matter m ON m.district = n.district AND m.id = n.matter ORDER BY n.id DESC LIMIT 1');
  return {officer, id: Number(rows[0][0]), code: rows[0][1]};
}

// Presses an action on the page of a matter.
async function act(t, officer, code, action, values) {
  const page = await officer.get(`/case/${code}`);
  const link = page.links().find(l => l.href.includes(`do=${action}&`));
  t.ok(link, `${action} is offered`);
  const asked = await officer.get(link.href);
  const reply = await asked.form({action: `/${action}`}).submit(officer, values);
  t.status(reply, 200, action);
  return reply;
}

const hex = text => Buffer.from(text, 'hex');
function u64(n) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(n));
  return bytes;
}

story('a notice is on the public page, in the feed, and its text fits the journal by the published recipe', async t => {
  const server = await t.tongxin({now: NOW});
  const {id} = await publish(t, server);
  const anybody = server.client();
  const list = await anybody.get('/public/notices');
  t.status(list, 200);
  t.has(list.words(), '二次供水水箱清洗停水通知');
  t.has(list.words(), '公示至 2026-12-08', 'fifteen days');
  const page = await anybody.get(`/public/notice/${id}`);
  t.has(page.words(), '请提前储水。');
  t.has(page.words(), '与日志一致');
  t.has_not(page.words(), '与日志不一致');

  t.step('the digest is computed again, as docs/verify.md says');
  const hashes = page.text.match(/<code>[0-9a-f]{32}<\/code>[\s\S]*?<code>[0-9a-f]{64}<\/code>/g).map(
    part => part.match(/[0-9a-f]{32,64}/g));
  const [salt, digest] = hashes[0];
  const text = Buffer.from('二次供水水箱清洗停水通知');
  const mine = createHash('sha256').update(u64(16)).update(hex(salt)).update(u64(text.length)).update(text).digest('hex');
  t.equal(mine, digest);

  const feed = await anybody.get('/public/notices.atom');
  t.status(feed, 200);
  t.has(feed.text, '二次供水水箱清洗停水通知');
});

story('a text changed in the table behind the engine is shown as not fitting the journal', async t => {
  const server = await t.tongxin({now: NOW});
  const {id} = await publish(t, server);
  await server.sql(`UPDATE notice SET body = '12月1日不停水' WHERE id = ${id}`);
  const page = await server.client().get(`/public/notice/${id}`);
  t.has(page.words(), '与日志不一致');
});

story('a correction is a further edition and the old text stays, marked as superseded', async t => {
  const server = await t.tongxin({now: NOW});
  const {officer, id, code} = await publish(t, server);
  await act(t, officer, code, 'revise', {heading: '水箱清洗停水改期', text: '改到12月3日。', where: 'page', reason: '施工队改期'});
  const anybody = server.client();
  const old = await anybody.get(`/public/notice/${id}`);
  t.status(old, 200);
  t.has(old.words(), '请提前储水。');
  t.has(old.words(), '已更正，见新版');
  const fresh = await anybody.get(`/public/notice/${id + 1}`);
  t.has(fresh.words(), '改到12月3日。');
  t.has(fresh.words(), '第 2 版');
  t.has((await anybody.get('/public/notices?shown=1')).words(), '水箱清洗停水改期');
  t.has_not((await anybody.get('/public/notices?shown=1')).words(), '二次供水水箱清洗停水通知');
});

story('what hangs on the board only is named but not published, and a missing photo of the board is said', async t => {
  const server = await t.tongxin({now: NOW});
  const {id} = await publish(t, server, {heading: '临时救助名单公示', text: '名单见公开栏，请勿上网。', where: 'board'});
  const anybody = server.client();
  const page = await anybody.get(`/public/notice/${id}`);
  t.has(page.words(), '临时救助名单公示');
  t.has_not(page.words(), '请勿上网');
  t.has(page.words(), '公开栏照片还没有上传');
  t.has_not((await anybody.get('/public/notices.atom')).text, '请勿上网');
});

story('a withdrawn notice is no longer on show and still says that it was there', async t => {
  const server = await t.tongxin({now: NOW});
  const {officer, id, code} = await publish(t, server);
  await act(t, officer, code, 'withdraw', {reason: '发错社区'});
  const anybody = server.client();
  t.has((await anybody.get(`/public/notice/${id}`)).words(), '已撤回');
  t.has_not((await anybody.get('/public/notices?shown=1')).words(), '二次供水');
  t.status(await anybody.get('/public/notice/99999'), 404);
});

story('when its period is over a notice ends by itself and stays to be read', async t => {
  const server = await t.tongxin({now: NOW});
  const {id} = await publish(t, server);
  await server.restart({now: '2026-12-07T10:18:00+08:00'});
  t.has((await server.client().get(`/public/notice/${id}`)).words(), '公示中', 'on the fourteenth day');
  await server.restart({now: '2026-12-10T10:18:00+08:00'});
  const page = await t.until('the period has ended', async () => {
    const seen = await server.client().get(`/public/notice/${id}`);
    return seen.words().includes('公示期满') && seen;
  });
  t.has(page.words(), '请提前储水。');
});

story('a resident cannot publish, and nobody sees a form without signing in', async t => {
  const server = await t.tongxin({now: NOW});
  t.not_equal((await server.client().get('/open/notice/publish', {follow: false})).status, 200);
});
