// The grid worker's phone: today's list, a case, a report; offline, kept, sent once, conflicts shown.
// timeout: 420
import {story} from '../lib/story.mjs';
import {make_jpeg} from '../lib/jpeg.mjs';

const NOW = '2026-11-23T10:18:00+08:00';
const PHONE = {viewport: {width: 390, height: 844}, hasTouch: true};
const PHOTO = {name: 'bin.jpg', mimeType: 'image/jpeg', buffer: make_jpeg(2400, 1800)};
// The first bytes of what a browser's recorder writes.
const VOICE = {name: 'voice.webm', mimeType: 'audio/webm',
  buffer: Buffer.concat([Buffer.from('1a45dfa3', 'hex'), Buffer.alloc(400, 7)])};

async function open_phone(t, account = 'grid', options = {}) {
  const server = await t.tongxin({now: NOW});
  const browser = await t.browser(server.origin, {...PHONE, ...options});
  const page = await browser.person();
  await browser.sign_in(page, (await server.roles()).find(r => r.account === account));
  return {server, browser, page};
}

const ready = page => page.waitForSelector('html[data-ready]', {timeout: 20000});
const go = async (page, path) => {
  await page.goto(new URL(path, page.url()).href);
  await ready(page);
};
const count = async (server, words) =>
  Number((await server.sql(`SELECT count(*) FROM said WHERE value LIKE '%${words}%'`))[0][0]);

async function fill_report(page, words) {
  await page.locator('.pic').first().click();
  await page.setInputFiles('input[name=photos]', PHOTO);
  await page.waitForSelector('.shot.mine');
  await page.fill('[name=description]', words);
}

// A case that waits for the first grid worker to verify it.
async function to_verify(t, server, words) {
  const [[grid]] = await server.sql("SELECT p.place FROM post p JOIN account a ON a.person = p.person WHERE a.login = 'grid'");
  const centre = await server.signed_in('street-centre');
  const reply = await centre.json('POST', '/api/v1/matters', {procedure: 'incident', action: 'register',
    said: {description: words, source: 'hotline', place: grid}});
  t.status(reply, 201);
  return reply.json().code;
}

// The phone has what it needs to open without a network: before that nobody can go into a cellar with it.
const pages_kept = (t, page, least = 1) => t.until('the pages are kept', () => page.evaluate(async wanted => {
  const cache = await caches.open('tongxin-pages');
  return navigator.serviceWorker.controller && await cache.match('/phone/queue') && (await cache.keys()).length >= wanted;
}, least), {seconds: 30});

story('a grid worker reports offline with a photo, opens the pages again, and each report is sent exactly once', async t => {
  const {server, browser, page} = await open_phone(t);
  await to_verify(t, server, '热线说井盖松动');
  await go(page, '/phone');
  await pages_kept(t, page, 5);
  t.step('what is kept for reading names nobody');
  const kept = await page.evaluate(async () => {
    const cache = await caches.open('tongxin-pages');
    return Promise.all((await cache.keys()).map(async k => (await cache.match(k)).text()));
  });
  t.ok(!kept.some(text => /href="tel:/.test(text)), 'no telephone in the copies');
  t.step('offline');
  browser.expect_complaint(/ERR_INTERNET_DISCONNECTED|Failed to load resource/);
  await page.context().setOffline(true);
  await page.reload();
  await ready(page);
  t.has(await page.innerText('main'), '待');
  await browser.accessible(page);
  for (const words of ['离线上报的第一件：后门垃圾', '离线上报的第二件：路灯不亮']) {
    await go(page, '/phone/open/incident/report-by-grid');
    await fill_report(page, words);
    const button = page.locator('.go .primary');
    await button.evaluate(b => { b.click(); b.click(); b.click(); });
    await page.waitForURL('**/phone/queue');
    await ready(page);
  }
  t.equal(await page.locator('#queue li').count(), 2);
  t.equal(await page.innerText('#waiting'), '2');
  await browser.shot(page, 'phone-queue-offline-390-zh');
  await browser.accessible(page);
  t.step('the page is opened again offline: it still waits');
  await page.reload();
  await ready(page);
  t.equal(await page.locator('#queue li').count(), 2);
  t.equal(await count(server, '离线上报'), 0);
  t.step('back online: sent by itself, once');
  await page.context().setOffline(false);
  await page.waitForFunction(() => document.querySelectorAll('#queue li').length === 0, null, {timeout: 30000});
  await page.locator('#send-now').click();
  t.equal(await count(server, '离线上报的第一件'), 1);
  t.equal(await count(server, '离线上报的第二件'), 1);
  const [[edge]] = await server.sql('SELECT max(width) FROM file');
  t.at_most(Number(edge), 1600, 'photos are made small on the phone');
}, {timeout: 200});

story('the map begins at the worker\'s own grid, also without a network; a press on it says where', async t => {
  const {server, browser, page} = await open_phone(t);
  await to_verify(t, server, '热线说围栏倒了');
  await go(page, '/phone');
  await pages_kept(t, page, 5);
  browser.expect_complaint(/ERR_INTERNET_DISCONNECTED|Failed to load resource/);
  await page.context().setOffline(true);
  await go(page, '/phone/open/incident/report-by-grid');
  await page.locator('[data-map-open]').click();
  await page.waitForSelector('.grid-map .place-name');
  t.has(await page.innerText('.grid-map .place-name'), '第001网格');
  await page.locator('.grid-map .map').click({position: {x: 150, y: 120}});
  const [[shape]] = await server.sql(`SELECT s.geometry FROM place_shape s JOIN post p ON p.district = s.district
    AND p.place = s.place JOIN account a ON a.person = p.person WHERE a.login = 'grid' AND s.valid_to IS NULL`);
  const corners = JSON.parse(shape).coordinates.flat(Infinity);
  const [lon, lat] = [Number(await page.inputValue('[name$=".lon"]')), Number(await page.inputValue('[name$=".lat"]'))];
  const within = (x, all) => x > Math.min(...all) && x < Math.max(...all);
  t.ok(within(lon, corners.filter((_, i) => i % 2 === 0)) && within(lat, corners.filter((_, i) => i % 2)), `${lon},${lat}`);
  await browser.accessible(page);
  await browser.fits(page);
  t.step('today\'s list on it, numbered as in the list');
  await go(page, '/phone');
  await page.locator('[data-map-today]').click();
  await page.waitForSelector('#today-map .place-name');
  t.equal(await page.getAttribute('[data-map-today]', 'aria-expanded'), 'true');
  await browser.accessible(page);
  await page.context().setOffline(false);
}, {timeout: 120});

story('a case that moved on meanwhile is shown to the worker, who decides', async t => {
  const {server, browser, page} = await open_phone(t);
  const code = await to_verify(t, server, '热线说路灯不亮');
  await go(page, '/phone');
  await pages_kept(t, page);
  await page.locator('a.job', {hasText: '路灯不亮'}).click();
  await ready(page);
  t.step('filled in offline');
  browser.expect_complaint(/ERR_INTERNET_DISCONNECTED|Failed to load resource/);
  await page.context().setOffline(true);
  await page.check('[name=verified][value=yes]', {force: true});
  await page.fill('[name=finding]', '现场属实，灯杆三号不亮');
  await page.locator('.go .primary').click();
  await page.waitForURL('**/phone/queue').catch(() => {});
  t.step('meanwhile the centre makes it another case');
  const other = await server.signed_in('grid-worker', 'grid');
  const form = (await other.get(`/case/${code}`)).form({has: 'finding'});
  t.status(await form.submit(other, {verified: 'yes', finding: '另一台手机上核实了'}), 200);
  t.step('the phone is told');
  await page.context().setOffline(false);
  await go(page, '/phone/queue');
  await page.waitForSelector('#queue [data-why]:not([hidden])');
  t.has(await page.innerText('#queue'), '别的环节');
  t.has(await page.innerText('#queue'), '核实反馈');
  await browser.shot(page, 'phone-conflict-390-zh');
  await browser.accessible(page);
  t.equal(await count(server, '灯杆三号'), 0);
  t.step('dropped on the worker\'s own word');
  page.on('dialog', dialog => dialog.accept());
  await page.locator('[data-do=drop]').first().click();
  await page.waitForFunction(() => document.querySelectorAll('#queue li').length === 0);
}, {timeout: 160});

story('signing out forgets the pages; what waits is not shown to another account and comes back to its own', async t => {
  const {server, browser, page} = await open_phone(t);
  await go(page, '/phone');
  await pages_kept(t, page);
  await go(page, '/phone/open/incident/report-by-grid');
  browser.expect_complaint(/ERR_INTERNET_DISCONNECTED|Failed to load resource|ERR_FAILED/);
  await fill_report(page, '张三家门口的秘密一件');
  await page.context().setOffline(true);
  await page.locator('.go .primary').click();
  await page.waitForURL('**/phone/queue').catch(() => {});
  // Before the network is back: what waits is sent the moment it is.
  const refuse_posts = route => (route.request().method() === 'POST' ? route.abort() : route.continue());
  await page.context().route('**/phone/open/**', refuse_posts);
  await page.context().setOffline(false);
  await go(page, '/phone');
  await page.locator('form[action="/sign-out"] button').click();
  await page.waitForURL('**/sign-in**');
  t.equal(await page.evaluate(async () => caches.has('tongxin-pages')), false, 'nothing kept for reading');
  t.step('another account');
  await browser.sign_in(page, (await server.roles()).find(r => r.account === 'community'));
  await go(page, '/phone/queue');
  t.equal(await page.locator('#queue li').count(), 0);
  t.ok(await page.isVisible('#foreign'));
  const raw = await page.evaluate(() => new Promise(resolve => {
    const asked = indexedDB.open('tongxin-phone');
    asked.onsuccess = () => {
      const all = asked.result.transaction('items').objectStore('items').getAll();
      all.onsuccess = () => resolve(all.result.map(i =>
        JSON.stringify(i) + new TextDecoder().decode(i.sealed.head.data)).join());
    };
  }));
  t.has_not(raw, '秘密', 'what waits is locked');
  t.equal(await count(server, '秘密一件'), 0);
  t.step('its own account again');
  await page.context().unroute('**/phone/open/**');
  await page.goto(`${server.origin}/phone`);
  await page.locator('form[action="/sign-out"] button').click();
  await page.waitForURL('**/sign-in**');
  await browser.sign_in(page, (await server.roles()).find(r => r.account === 'grid'));
  await go(page, '/phone/queue');
  await t.until('it is sent', () => count(server, '秘密一件').then(n => n === 1));
}, {timeout: 200});

story('the phone pages are plain forms without JavaScript, keep what was typed, fit small phones, both languages', async t => {
  const server = await t.tongxin({now: NOW});
  for (const [locale, width] of [['zh-CN', 390], ['en-US', 320]]) {
    const browser = await t.browser(server.origin, {...PHONE, locale, viewport: {width, height: 844}});
    const role = (await server.roles()).find(r => r.account === 'grid');
    await to_verify(t, server, `热线反映楼道堆物${width}`);
    const page = await browser.person(null, {javaScriptEnabled: false});
    await browser.sign_in(page, role);
    browser.expect_complaint(/422/);
    await page.goto(`${server.origin}/phone/open/incident/report-by-grid`);
    await page.fill('[name=description]', '没有脚本时上报的一件');
    await page.selectOption('[name=category]', {index: 2});
    await page.locator('form#act').evaluate(f => { f.noValidate = true; });
    await page.locator('.go .primary').click();
    t.equal(await page.inputValue('[name=description]'), '没有脚本时上报的一件', 'what was typed stays');
    t.ok(await page.locator('#faults').count(), 'what is wrong is said');
    await page.setInputFiles('input[name=photos]', PHOTO);
    await page.setInputFiles('input[name=voice]', VOICE);
    await page.locator('.go .primary').click();
    await page.waitForURL('**/phone?done=**');
    const code = new URL(page.url()).searchParams.get('done');
    const centre = await server.signed_in('street-centre');
    t.has((await centre.get(`/case/${code}`)).text, '<audio', 'a voice note is heard, not shown as a picture');
    const seen = await browser.person();
    await browser.sign_in(seen, role);
    for (const path of ['/phone', '/phone/open/incident/report-by-grid', '/phone/open/incident/report-solved', '/phone/queue']) {
      await go(seen, path);
      await browser.fits(seen);
      await browser.accessible(seen);
      await browser.shot(seen, `phone-${path.split('/').pop()}-${width}-${locale}`);
    }
    await go(seen, '/phone');
    await go(seen, await seen.locator('a.job[data-code]').first().getAttribute('href'));
    await browser.fits(seen);
    await browser.accessible(seen);
    await browser.shot(seen, `phone-case-${width}-${locale}`);
  }
}, {timeout: 200});

story('the first load of the phone page is under 60 kB', async t => {
  const {server, browser} = await open_phone(t);
  const page = await browser.person();
  await browser.sign_in(page, (await server.roles()).find(r => r.account === 'grid'));
  let bytes = 0;
  const client = await page.context().newCDPSession(page);
  await client.send('Network.enable');
  await client.send('Network.setCacheDisabled', {cacheDisabled: true});
  client.on('Network.loadingFinished', event => { bytes += event.encodedDataLength; });
  await page.goto(`${server.origin}/phone`, {waitUntil: 'load'});
  t.note('bytes', bytes);
  t.at_most(bytes, 60000);
  t.at_least(bytes, 5000, 'something was measured');
});

story('it installs: a manifest with icons, and a worker that keeps what it names', async t => {
  const {server} = await open_phone(t);
  const manifest = (await server.client().get('/phone/manifest.webmanifest')).json();
  t.equal(manifest.start_url, '/phone');
  t.equal(manifest.display, 'standalone');
  for (const icon of manifest.icons) t.status(await server.client().get(icon.src), 200);
  const worker = (await server.client().get('/phone-worker.js')).text;
  for (const [, url] of worker.split('\n')[0].matchAll(/"(\/assets\/[^"]+)"/g)) t.status(await server.client().get(url), 200);
});
