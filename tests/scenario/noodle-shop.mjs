// The beef-noodle shop's back door: one case from the report to its closing, over a whistle to two departments, by
// clicking through the pages as each role in turn, without JavaScript.
// timeout: 420
import {deflateSync} from 'node:zlib';
import {story} from '../lib/story.mjs';
import {all, words} from '../lib/html.mjs';

// A small picture, made here: one colour, `n` makes it another one.
function picture(n) {
  const crc = bytes => {
    let c = ~0;
    for (const b of bytes) {
      c ^= b;
      for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
    }
    return ~c >>> 0;
  };
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const out = Buffer.alloc(8);
    out.writeUInt32BE(data.length);
    out.writeUInt32BE(crc(body), 4);
    return Buffer.concat([out.subarray(0, 4), body, out.subarray(4)]);
  };
  const size = 64;
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(size * 3, (n * 37) % 256)]);
  const png = Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk('IHDR', head),
    chunk('IDAT', deflateSync(Buffer.concat(Array(size).fill(row)))), chunk('IEND', Buffer.alloc(0))]);
  return {name: `photo-${n}.png`, type: 'image/png', bytes: png};
}

const CATEGORY = 'urban-yuncheng/event/0131';

// A person at a screen: what they can do is what the page offers them.
class Desk {
  constructor(t, client, name) { Object.assign(this, {t, client, name}); }

  async page(path) {
    const page = await this.client.get(path);
    this.t.status(page, 200, `${this.name}: ${path}`);
    return page;
  }

  async case(code) { return this.page(`/case/${encodeURIComponent(code)}`); }

  // What may be done on a case, by the links over its form: {action: track}.
  async offers(code) {
    const page = await this.case(code);
    const found = {};
    for (const {href} of page.links()) {
      const match = href.match(/[?]do=([\w-]+)&track=(\d+)/);
      if (match) found[match[1]] = match[2];
    }
    return found;
  }

  // Presses one of them and fills in its form. `track`: on this one's track, when there are several.
  async act(code, action, values = {}, {expect = 200, track = null, button = null} = {}) {
    const offers = await this.offers(code);
    const there = Object.keys(offers).join(' ');
    if (!offers[action]) this.t.fail(`${this.name} is not offered "${action}" on ${code}, but: ${there}`);
    const page = await this.page(`/case/${encodeURIComponent(code)}?do=${action}&track=${track ?? offers[action]}`);
    const form = page.form({action: `/${action}`});
    const reply = await form.submit(this.client, values, {button});
    this.t.status(reply, expect, `${this.name}: ${action} on ${code}`);
    return reply;
  }

  // Chooses by the words a person reads.
  pick(page, action, field, text) {
    const form = page.form({action});
    const option = form.options(field).find(o => o.text.includes(text));
    if (!option) this.t.fail(`${field} offers no "${text}"`);
    return option.value;
  }
}

// The value of a box or button by the words beside it.
function box(t, page, name, text) {
  const label = page.all('label').find(l => words(l).includes(text) && all(l, 'input').some(i => i.attributes.name === name));
  if (!label) t.fail(`${name} has no box "${text}"`);
  return all(label, 'input')[0].attributes.value;
}

async function people(t, server) {
  const of = async account => new Desk(t, await server.signed_in(null, account), account);
  return {
    centre: await of('centre'), grid: await of('grid'), leader: await of('leader'), market: await of('market'),
    sanitation: await of('sanitation'), community: await of('community'), auditor: await of('auditor'),
  };
}

// The first grid of the centre's street is the one the demo's first grid worker keeps.
async function register(t, p) {
  const page = await p.centre.page('/open/incident/register');
  const form = page.form({action: '/open/incident/register'});
  const place = form.options('place').find(o => /网格/.test(o.text));
  const reply = await form.submit(p.centre.client, {
    description: '牛肉面馆后门朝居民小区长期堆放餐厨垃圾，有异味、招蚊蝇，口头劝导两次未改', source: 'reception', place: place.value,
    address: '面馆后门', photos: [picture(1), picture(2)], name: '张示例', phone: '13800002091',
  });
  t.status(reply, 200);
  t.has(reply.words(), '回执码');
  const code = reply.links().find(l => l.href.startsWith('/case/')).text;
  return {code, place: place.value};
}

const NOW = '2026-11-23T09:30:00+08:00';

story('the noodle shop case goes from the report over a whistle to its closing, each role doing its part', async t => {
  const server = await t.tongxin({now: NOW});
  const p = await people(t, server);

  t.step('the street centre registers what a resident came to say');
  const {code, place} = await register(t, p);
  let page = await p.centre.case(code);
  t.has(page.words(), '待核实');
  t.equal(page.all('img').filter(i => /photo/.test(i.attributes.src)).length >= 2, true, 'two photos are shown');
  t.has_not(page.words(), '13800002091', 'a telephone number in clear without a reason');
  t.has(page.words(), '138****2091');

  t.step('the photo is served to who may see the case, and to nobody else');
  const photo = page.all('img').find(i => /photo/.test(i.attributes.src)).attributes.src;
  t.equal((await p.centre.client.get(photo)).headers['content-type'], 'image/jpeg');
  t.not_equal((await p.market.client.get(photo)).status, 200, 'a department that has nothing to do with it');
  const outside = await p.market.case(code);
  t.has_not(outside.words(), '招蚊蝇', 'what the public sees of it');
  t.has_not(outside.words(), '138****2091');

  t.step('the grid worker finds it among the work of today and verifies it');
  t.has((await p.grid.page('/desk')).words(), code);
  await p.grid.act(code, 'verify', {verified: 'yes', finding: '后门有三个敞口桶，地面有污水', 'verify-photos': [picture(3)]});

  t.step('the centre files it: first the category, then its conditions');
  page = await p.centre.page(`/case/${code}?do=file&track=0`);
  const again = await page.form({action: '/file'}).submit(p.centre.client, {category: CATEGORY}, {button: '按所选类别刷新'});
  t.status(again, 200);
  const conditions = again.form({action: '/file'}).options('condition');
  t.at_least(conditions.length, 1, 'conditions of the category');
  const filed = await again.form({action: '/file'}).submit(p.centre.client,
    {category: CATEGORY, condition: conditions[0].value, danger: 'possible', reach: 'few', place});
  t.status(filed, 200);
  t.has(filed.words(), '待派遣');

  t.step('nobody else may dispatch it');
  t.same((await p.grid.offers(code)).dispatch, undefined);
  t.same(await p.auditor.offers(code), {}, 'an auditor looks and does not touch');

  t.step('one department alone cannot solve it: the centre blows the whistle');
  await p.centre.act(code, 'whistle', {problem: '面馆后门堆放餐厨垃圾，需市场监管、环卫一起到场'});
  page = await p.centre.case(code);
  const whistle = page.links().find(l => l.href.startsWith('/case/') && /哨/.test(l.text) && l.text !== '吹哨').text;
  page = await p.centre.page(`/case/${encodeURIComponent(whistle)}?do=prepare&track=0`);
  const lead = p.centre.pick(page, '/prepare', 'lead', '市场监督管理局');
  const assist = box(t, page, 'assist', '环境卫生');
  await p.centre.act(whistle, 'prepare', {kind: 'daily', lead, assist: [assist], place});
  t.same((await p.centre.offers(whistle)).approve, undefined, 'who drafts does not approve');
  await p.leader.act(whistle, 'approve', {});

  t.step('the departments confirm and come');
  for (const department of [p.market, p.sanitation]) {
    t.has((await department.page('/desk')).words(), whistle);
    await department.act(whistle, 'confirm');
    await department.act(whistle, 'arrive', {'arrived-at.lon': '102.188', 'arrived-at.lat': '38.521'});
  }

  t.step('they meet, and the centre writes the minutes');
  await p.centre.act(whistle, 'meet', {
    'meeting-time': '2026-11-23T09:20', attendees: '居民代表、商户、环卫、物业', minutes: '店主当日清运，签收运协议',
    'division-of-work.0.who': lead, 'division-of-work.0.what': '督促店主整改', 'division-of-work.0.by-when': '2026-11-25',
  });
  t.has((await p.centre.case(whistle)).words(), '督促店主整改');

  t.step('the lead cannot finish before all have reported');
  t.same((await p.market.offers(whistle)).finish, undefined);
  await p.market.act(whistle, 'report', {'done-what': '责令店主清理并使用密闭桶', 'done-photos': [picture(4)]});
  t.same((await p.market.offers(whistle)).finish, undefined);
  await p.sanitation.act(whistle, 'report', {'done-what': '清运三桶并冲洗地面', 'done-photos': [picture(5)]});
  await p.market.act(whistle, 'finish', {'joint-result': '店主已清理', 'after-photos': [picture(6)], answer: '垃圾已清运'});
  await p.grid.act(whistle, 'check', {'check-result': 'pass', 'check-photos': [picture(7)]});
  await p.centre.act(whistle, 'close');
  t.has((await p.centre.case(whistle)).words(), '已办结');

  t.step('the case itself: checked on the spot and closed with an answer');
  await p.centre.act(code, 'send-to-check');
  await p.grid.act(code, 'check', {'check-result': 'pass', 'check-photos': [picture(8)]});
  await p.centre.act(code, 'close', {closing: conditions[0].value, answer: '面馆后门垃圾已清理，店主签订收运协议'});
  page = await p.centre.case(code);
  t.has(page.words(), '已结案');
  t.has(page.words(), '面馆后门垃圾已清理');

  t.step('case and whistle are one history: each stands in it once, and a department sees what it takes part in');
  page = await p.centre.page(`/case/${encodeURIComponent(whistle)}/thread`);
  const said = page.words();
  t.same(page.links().map(l => l.text).filter(text => text === code || text === whistle).sort(), [code, whistle].sort());
  t.has(said, '共 2 件');
  t.has(said, `由 ${code} 产生`);
  for (const step of ['受理登记', '立案', '批准吹哨', '联合处置完成', '办结', '结案']) t.has(said, step);
  t.status(await p.market.client.get(`/case/${code}/thread`), 404, 'who does not work on it');
  t.has_not((await p.market.page(`/case/${encodeURIComponent(whistle)}/thread`)).words(), '招蚊蝇');

  t.step('the list of cases finds it, and goes out as a sheet without formulas');
  t.has((await p.centre.page('/cases?q=' + encodeURIComponent('餐厨垃圾'))).words(), code);
  t.has((await p.centre.page('/cases?phase=closed')).words(), code);
  t.has_not((await p.centre.page('/cases?state=late')).words(), code);
  const sheet = await p.centre.page('/cases/export?format=csv&phase=closed');
  t.has(sheet.text, code);
  t.equal((await p.centre.page('/cases/export?format=xlsx')).bytes.subarray(0, 2).toString(), 'PK');

  t.step('the reporter is shown in clear for a reason only, and it is recorded');
  t.has((await p.leader.case(code)).words(), '138****2091');
  const opened = await (await p.leader.case(code)).form({action: '/reporters'}).submit(p.leader.client, {reason: '回访核实办理情况'});
  t.has(opened.words(), '13800002091');
  t.has((await p.leader.case(code)).words(), '138****2091', 'the next look asks again');
  t.equal((await server.sql("SELECT count(*) FROM journal WHERE action = 'matter.open-reporter'"))[0][0], '1');

  t.step('the journal holds');
  t.has((await server.run(['verify'])).out, /./);
}, {timeout: 240});

story('wrong input keeps what was typed and stands at its field', async t => {
  const server = await t.tongxin({now: NOW});
  const p = await people(t, server);
  const page = await p.centre.page('/open/incident/register');
  const form = page.form({action: '/open/incident/register'});
  const reply = await form.submit(p.centre.client,
    {description: '路灯不亮', source: 'hotline', place: '', phone: 'abc', photos: [picture(1)]});
  t.status(reply, 422);
  const shown = reply.form({action: '/open/incident/register'});
  t.equal(shown.value('description'), '路灯不亮');
  t.equal(shown.value('source'), 'hotline');
  t.ok(/^\d+$/.test(shown.value('photos')), 'the photo is kept under its id');
  t.has(reply.words(), '手机号');
  const place = shown.options('place').find(o => /网格/.test(o.text)).value;
  const done = await shown.submit(p.centre.client, {place, phone: '13900001234'});
  t.status(done, 200);
  t.has(done.words(), '回执码');
}, {timeout: 200});

story('whoever comes second is told, and loses nothing', async t => {
  const server = await t.tongxin({now: NOW});
  const p = await people(t, server);
  const {code} = await register(t, p);
  await p.grid.act(code, 'verify', {verified: 'yes', finding: '属实'});
  const second = new Desk(t, await server.signed_in(null, 'duty'), 'duty');
  const stale = await second.page(`/case/${code}?do=void&track=0`);
  await p.centre.act(code, 'correct-place', {address: '面馆东侧'});
  const reply = await stale.form({action: '/void'}).submit(second.client, {'void-reason': '重复上报的同一件事'});
  t.status(reply, 409);
  t.equal(reply.form({action: '/void'}).value('void-reason'), '重复上报的同一件事');
  t.has(reply.words(), '别人已经办理了');
  t.has((await p.centre.case(code)).words(), '待立案', 'nothing was done by the second');
}, {timeout: 200});
