// The phone in bad company: killed while sending, two tabs, a session that ended in the cellar, hostile photos, a shared phone,
// a new version of the pages in the middle of it all.
// timeout: 300
import http from 'node:http';
import {story} from '../lib/story.mjs';
import {make_jpeg} from '../lib/jpeg.mjs';
import {png} from '../lib/png.mjs';

const NOW = '2026-11-23T10:18:00+08:00';
const PHONE = {viewport: {width: 390, height: 844}, hasTouch: true};
const REPORT = '/phone/open/incident/report-by-grid';
const OFFLINE = /ERR_INTERNET_DISCONNECTED|Failed to load resource|ERR_FAILED/;

const ready = page => page.waitForSelector('html[data-ready]', {timeout: 20000});
const go = async (page, path) => {
  await page.goto(new URL(path, page.url()).href);
  await ready(page);
};
const role_of = async (server, account) => (await server.roles()).find(r => r.account === account);
const count = async (server, words) =>
  Number((await server.sql(`SELECT count(*) FROM matter WHERE summary LIKE '${words}%'`))[0][0]);
const kept = (t, page, path = '/phone/queue') => t.until(`${path} is kept`, () => page.evaluate(async wanted =>
  navigator.serviceWorker.controller && await (await caches.open('tongxin-pages')).match(wanted), path), {seconds: 30});

async function open_phone(t, origin, server) {
  const browser = await t.browser(origin, PHONE);
  browser.expect_complaint(OFFLINE);
  const page = await browser.person();
  await browser.sign_in(page, await role_of(server, 'grid'));
  await go(page, '/phone');
  await kept(t, page, REPORT);
  return {browser, page};
}

async function fill(page, words, photo) {
  await page.locator('.pic').first().click();
  await page.setInputFiles('input[name=photos]', photo ?? {name: 'a.jpg', mimeType: 'image/jpeg', buffer: make_jpeg(64, 48)});
  await page.waitForSelector('.shot.mine');
  await page.fill('[name=description]', words);
}

async function queue(page, words, photo) {
  await go(page, REPORT);
  await fill(page, words, photo);
  await page.locator('.go .primary').click();
  await page.waitForURL('**/phone/queue');
  await ready(page);
}

// The files of an account's queue as they lie on the phone, and everything else that stays after signing out.
const left_behind = page => page.evaluate(async () => {
  const text = [];
  for (const name of await caches.keys()) {
    if (name.startsWith('tongxin-static-')) continue;
    for (const key of await (await caches.open(name)).keys()) text.push(key.url);
  }
  const db = await new Promise(resolve => {
    const asked = indexedDB.open('tongxin-phone');
    asked.onsuccess = () => resolve(asked.result);
  });
  for (const store of db.objectStoreNames) {
    const rows = await new Promise(resolve => {
      const asked = db.transaction(store).objectStore(store).getAll();
      asked.onsuccess = () => resolve(asked.result);
    });
    for (const row of rows) {
      text.push(JSON.stringify(row));
      for (const box of row.sealed ? [row.sealed.head, ...row.sealed.files.map(f => f.box)] : []) {
        text.push(new TextDecoder('latin1').decode(box.data), new TextDecoder().decode(box.data));
      }
    }
  }
  db.close();
  return [...text, JSON.stringify({...localStorage}), JSON.stringify({...sessionStorage})].join('\n');
});

story('killed while sending, two tabs at once, a session that ended meanwhile: each report is sent exactly once', async t => {
  const server = await t.tongxin({now: NOW});
  const {browser, page} = await open_phone(t, server.origin, server);
  const context = page.context();
  t.step('killed: the server took it, the phone never heard');
  await context.setOffline(true);
  await queue(page, '发送时手机没电');
  let reached = null;
  const arrived = new Promise(resolve => { reached = resolve; });
  await context.route(`**${REPORT}`, async route => {
    if (route.request().method() !== 'POST') return route.continue();
    await route.fetch();
    reached();
    return null; // no answer ever comes
  });
  await context.setOffline(false);
  await arrived;
  await page.close({runBeforeUnload: false});
  await context.unroute(`**${REPORT}`);
  t.equal(await count(server, '发送时手机没电'), 1, 'it was taken');
  t.step('opened again in two tabs');
  const tabs = [await context.newPage(), await context.newPage()];
  for (const tab of tabs) await tab.goto(`${server.origin}/phone/queue`);
  for (const tab of tabs) await tab.waitForFunction(() => document.querySelectorAll('#queue li').length === 0 ||
    (document.getElementById('send-now').click(), false), null, {timeout: 30000, polling: 500});
  t.equal(await count(server, '发送时手机没电'), 1, 'and only once');
  t.step('both tabs hear of the network at the same moment');
  await context.setOffline(true);
  await queue(tabs[0], '两个页面同时联网');
  await go(tabs[1], '/phone/queue');
  await context.setOffline(false);
  for (const tab of tabs) await tab.waitForFunction(() => document.querySelectorAll('#queue li').length === 0 ||
    (document.getElementById('send-now').click(), false), null, {timeout: 30000, polling: 500});
  t.equal(await count(server, '两个页面同时联网'), 1);
  t.step('the session ended in the cellar: it waits, says why, and goes after signing in');
  await tabs[1].close();
  await context.setOffline(true);
  await queue(tabs[0], '地下室里登录过期');
  await context.clearCookies();
  await context.setOffline(false);
  await tabs[0].waitForFunction(() => document.querySelector('#queue li [data-state]')?.textContent.includes('登录'), null,
    {timeout: 30000});
  await browser.accessible(tabs[0]);
  t.equal(await count(server, '地下室里登录过期'), 0);
  await browser.sign_in(tabs[0], await role_of(server, 'grid'));
  await go(tabs[0], '/phone/queue');
  await t.until('it is sent', async () => await count(server, '地下室里登录过期') === 1, {seconds: 30});
}, {timeout: 200});

story('a hostile photo in the queue: what is hidden in it is gone, 52 megapixels are made small, no image is told', async t => {
  const server = await t.tongxin({now: NOW});
  const {browser, page} = await open_phone(t, server.origin, server);
  const evil = Buffer.concat([make_jpeg(640, 480, {secret: 'GPS-SECRET'}), Buffer.from('<script>alert(1)</script><?php ?>')]);
  await page.context().setOffline(true);
  await queue(page, '藏了东西的照片', {name: 'evil.html.jpg', mimeType: 'image/jpeg', buffer: evil});
  await queue(page, '五千万像素', {name: 'huge.png', mimeType: 'image/png', buffer: png(90, 120, 60, 7250)});
  await page.context().setOffline(false);
  await t.until('both are sent', async () => await count(server, '藏了东西') === 1 && await count(server, '五千万像素') === 1,
    {seconds: 40});
  const [[widest]] = await server.sql('SELECT max(width) FROM file');
  t.at_most(Number(widest), 1600);
  const [[file, code]] = await server.sql(`SELECT s.value, m.code FROM said s JOIN matter m ON m.district = s.district
    AND m.id = s.matter WHERE s.field = 'photos' AND m.summary LIKE '藏了东西%'`);
  const centre = await server.signed_in('street-centre');
  const photo = await centre.get(`/case/${code}/photo/${file}`);
  t.equal(photo.headers['content-type'], 'image/jpeg');
  for (const words of ['GPS-SECRET', '<script', '<?php', 'Exif']) t.has_not(photo.bytes.toString('latin1'), words);
  t.step('what is no image goes as it is, is refused with words, and nothing typed is lost');
  browser.expect_complaint(/status of 4\d\d/);
  await go(page, REPORT);
  await fill(page, '不是照片', {name: 'not.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('MZ this is a program')});
  await page.locator('.go .primary').click();
  await page.waitForSelector('[data-problem]:not([hidden])');
  t.equal(await page.inputValue('[name=description]'), '不是照片');
  t.equal(await page.locator('input[name=photos]').getAttribute('aria-invalid'), 'true', 'the field is pointed at');
  t.equal(await count(server, '不是照片'), 0);
  await browser.accessible(page);
}, {timeout: 150});

story('a shared phone: after signing out nothing of the one before can be read or sent by the next', async t => {
  const server = await t.tongxin({now: NOW});
  const {browser, page} = await open_phone(t, server.origin, server);
  await page.context().setOffline(true);
  await queue(page, '前一个人的秘密内容');
  await go(page, REPORT);
  await page.fill('[name=description]', '前一个人的秘密草稿');
  await page.locator('form [data-draft]').click();
  await page.waitForSelector('#net:not([hidden])');
  await page.context().route('**/phone/open/**', r => (r.request().method() === 'POST' ? r.abort() : r.continue()));
  await page.context().setOffline(false);
  await go(page, '/phone');
  await page.locator('form[action="/sign-out"] button').click();
  await page.waitForURL('**/sign-in**');
  const left = await left_behind(page);
  for (const words of ['秘密', '孙示例', 'CryptoKey', '/phone/case/']) t.has_not(left, words);
  t.step('offline, the pages of the one before do not open');
  await page.context().setOffline(true);
  await page.goto(`${server.origin}/phone`).catch(() => {});
  t.has_not(await page.locator('body').innerText().catch(() => ''), '孙示例');
  await page.context().setOffline(false);
  await page.context().unroute('**/phone/open/**');
  t.step('the next one signs in: nothing is shown, nothing is sent in their name');
  await page.goto(`${server.origin}/sign-in`);
  await browser.sign_in(page, await role_of(server, 'community'));
  await go(page, '/phone/queue');
  await page.locator('#send-now').click();
  t.has_not(await page.innerText('main'), '秘密');
  await go(page, REPORT).catch(() => {});
  t.equal(await page.locator('[name=description]').inputValue().catch(() => ''), '', 'no draft of somebody else');
  t.equal(await count(server, '前一个人的秘密'), 0);
}, {timeout: 150});

// The server behind a door that can say that there is a new version of the pages.
async function behind_a_door(t, server) {
  const {port} = new URL(server.origin);
  const door = {renewed: false, shut: false};
  const listener = http.createServer((asked, answer) => {
    const {url: path, method} = asked, worker = door.renewed && path === '/phone-worker.js';
    const headers = {...asked.headers, ...(worker ? {'accept-encoding': 'identity'} : {})};
    if (door.shut && !worker && !path.startsWith('/assets/')) return answer.destroy();
    const passed = http.request({host: '127.0.0.1', port, path, method, headers}, reply => {
      const heard = {...reply.headers};
      if (worker) delete heard['content-length'];
      answer.writeHead(reply.statusCode, heard);
      if (!worker) return reply.pipe(answer);
      const parts = [];
      reply.on('data', part => parts.push(part));
      const newer = text => text.replace('const SHELL = [', 'const SHELL = ["/assets/app.js",');
      return reply.on('end', () => answer.end(newer(Buffer.concat(parts).toString())));
    });
    passed.on('error', () => answer.destroy());
    return asked.pipe(passed);
  });
  await new Promise(resolve => listener.listen(0, '127.0.0.1', resolve));
  t.after(() => { listener.closeAllConnections(); listener.close(); });
  return Object.assign(door, {origin: `http://127.0.0.1:${listener.address().port}`});
}

story('a new version arrives while a report waits and a draft is kept: both stay, and pages open without a network', async t => {
  const server = await t.tongxin({now: NOW});
  const door = await behind_a_door(t, server);
  const {page} = await open_phone(t, door.origin, server);
  await page.context().setOffline(true);
  await queue(page, '升级前排队的一件');
  await go(page, REPORT);
  await page.fill('[name=description]', '升级前写了一半');
  await page.locator('form [data-draft]').click();
  await page.waitForSelector('#net:not([hidden])');
  t.step('the new version is taken up, and the network is gone before any page was fetched anew');
  door.renewed = door.shut = true;
  await page.context().setOffline(false);
  await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration('/phone');
    const before = registration.active;
    await registration.update();
    while (registration.active === before || registration.active.state !== 'activated') await new Promise(r => setTimeout(r, 50));
  });
  await page.context().setOffline(true);
  door.shut = false;
  await go(page, REPORT);
  t.equal(await page.inputValue('[name=description]'), '升级前写了一半', 'the draft is back');
  await go(page, '/phone/queue');
  t.equal(await page.locator('#queue li').count(), 1);
  t.step('with a network it is sent, and the version before is dropped');
  await page.context().setOffline(false);
  await t.until('it is sent', async () => await count(server, '升级前排队的一件') === 1, {seconds: 30});
  await go(page, '/phone');
  await t.until('one version is left', () => page.evaluate(async () =>
    (await caches.keys()).filter(name => name.startsWith('tongxin-static-')).length === 1), {seconds: 30});
}, {timeout: 150});
