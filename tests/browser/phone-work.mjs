// The grid worker's whole day on a phone, with a script and without, in both languages, also without a network.
// timeout: 600
import {share, story} from '../lib/story.mjs';
import {make_jpeg} from '../lib/jpeg.mjs';

const NOW = '2026-11-23T10:18:00+08:00';
const AGENT = 'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36';
const PHOTO = {name: 'exit.jpg', mimeType: 'image/jpeg', buffer: make_jpeg(1200, 900)};
const SIZES = [[390, 844], [320, 640], [1280, 800]];

const ready = page => page.waitForSelector('html[data-ready]', {timeout: 20000});
const go = async (page, path) => {
  await page.goto(new URL(path, page.url()).href);
  await ready(page);
};
const role_of = async (server, account) => (await server.roles()).find(r => r.account === account);

// Nothing to press is smaller than a thumb, nothing wider than the window, axe finds nothing.
async function look(t, browser, page, name) {
  await browser.fits(page);
  await browser.accessible(page);
  if (page.viewportSize().width >= 900) return void await browser.shot(page, name); // a mouse needs no 44 px
  const targets = 'main button, main .button, main a.job, .tiles a, .acts a';
  const small = await page.evaluate(wanted => [...document.querySelectorAll(wanted)]
    .filter(e => e.checkVisibility() && !e.classList.contains('hide') && e.getBoundingClientRect().height < 43.5)
    .map(e => e.textContent.trim().slice(0, 20) || e.getAttribute('aria-label')), targets);
  t.same(small, [], `${name}: targets under 44 px`);
  await browser.shot(page, name);
}

for (const [language, locale] of share([['zh', 'zh-CN'], ['en', 'en-US']])) {
  story(`every phone page reads well, fits and is accessible in ${language}, empty and with work`, async t => {
    const server = await t.tongxin({now: NOW});
    const centre = await server.signed_in('street-centre');
    const [[grid]] = await server.sql("SELECT p.place FROM post p JOIN account a ON a.person = p.person WHERE a.login = 'grid'");
    const empty = await t.browser(server.origin, {locale, viewport: {width: 390, height: 844}});
    const nobody = await empty.person();
    await empty.sign_in(nobody, await role_of(server, 'building'));
    for (const path of ['/phone', '/phone/book', '/phone/handover', '/phone/burden']) {
      await go(nobody, path);
      await look(t, empty, nobody, `phone-empty${path.replaceAll('/', '-')}-${language}`);
    }
    await centre.json('POST', '/api/v1/matters', {procedure: 'incident', action: 'register',
      said: {description: '热线说井盖松动', source: 'hotline', place: grid}});
    for (const [width, height] of SIZES) {
      const browser = await t.browser(server.origin, {locale, viewport: {width, height}, userAgent: AGENT});
      const page = await browser.person();
      await browser.sign_in(page, await role_of(server, 'grid'));
      t.equal(new URL(page.url()).pathname, '/phone', 'where a grid worker lands on a phone');
      const code = await page.locator('a.job[data-code]').first().getAttribute('href');
      const pages = {today: '/phone', report: '/phone/open/incident/report-by-grid', patrol: '/phone/open/patrol/begin',
        visit: '/phone/open/visit/record', book: '/phone/book', handover: '/phone/handover', burden: '/phone/burden',
        queue: '/phone/queue', case: code};
      for (const [name, path] of Object.entries(pages)) {
        t.step(`${name} at ${width}`);
        await go(page, path);
        await look(t, browser, page, `phone-${name}-${width}-${language}`);
      }
    }
  }, {timeout: 300});
}

story('a day: begin a patrol, find something, end it, visit, hand over, all by keyboard where keys are enough', async t => {
  const server = await t.tongxin({now: NOW});
  const browser = await t.browser(server.origin, {viewport: {width: 390, height: 844}, userAgent: AGENT});
  const page = await browser.person();
  await browser.sign_in(page, await role_of(server, 'grid'));
  await ready(page);
  t.step('begin');
  await page.locator('.tiles a', {hasText: '开始巡查'}).focus();
  await page.keyboard.press('Enter');
  await ready(page);
  await page.fill('[name=round]', '1至3号楼');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/phone?done=**');
  t.has(await page.innerText('main'), '正在进行');
  t.step('found');
  await page.locator('a.job', {hasText: '1至3号楼'}).click();
  await ready(page);
  await page.fill('[name=facts]', '消防通道被三轮车堵住');
  await page.setInputFiles('input[name=photos]', PHOTO);
  await page.waitForSelector('.shot.mine');
  await page.locator('.go .primary').click();
  await page.waitForURL('**/phone?done=**');
  const [[width]] = await server.sql('SELECT width FROM file ORDER BY id DESC LIMIT 1');
  t.equal(Number(width), 1200, 'drawn anew on the phone');
  const [[reports]] = await server.sql("SELECT count(*) FROM matter WHERE procedure = 'incident' AND summary LIKE '消防通道被三轮车%'");
  t.equal(Number(reports), 1);
  t.step('end');
  await page.locator('a.job', {hasText: '1至3号楼'}).click();
  await ready(page);
  await page.locator('details a.job', {hasText: '结束巡查'}).click();
  await ready(page);
  await page.locator('label', {hasText: '楼道、疏散通道堆物'}).click();
  await look(t, browser, page, 'phone-patrol-end-390-zh');
  await page.locator('.go .primary').click();
  await page.waitForURL('**/phone?done=**');
  t.has_not(await page.innerText('main'), '正在进行');
  t.step('a visit at a stairwell of the book');
  await page.locator('.tiles a', {hasText: '楼栋台账'}).click();
  await ready(page);
  await page.locator('.book li .acts a[aria-label^="登记走访"]').first().click();
  await ready(page);
  await page.locator('label', {hasText: '用火用电用气安全'}).click();
  await page.fill('[name=talk]', '说了冬季用电安全');
  await page.locator('#f-follow label', {hasText: '否'}).click();
  await page.locator('.go .primary').click();
  await page.waitForURL('**/phone?done=**');
  t.step('handed over and taken');
  await go(page, '/phone/handover');
  await page.selectOption('#to', {index: 1});
  await page.fill('#notes', '后院路灯还没修');
  await page.locator('.go .primary').click();
  await page.waitForURL(/handover\/\d+/);
  await look(t, browser, page, 'phone-handover-sent-390-zh');
  await go(page, '/phone/burden');
  t.has(await page.innerText('.three'), '4');
}, {timeout: 240});

story('a patrol begun, filled and ended without a network is sent in order when there is one, each step once', async t => {
  const server = await t.tongxin({now: NOW});
  const browser = await t.browser(server.origin, {viewport: {width: 390, height: 844}, userAgent: AGENT});
  const page = await browser.person();
  await browser.sign_in(page, await role_of(server, 'grid'));
  await ready(page);
  await t.until('the forms are kept', () => page.evaluate(async () => {
    const cache = await caches.open('tongxin-pages');
    const both = await cache.match('/phone/open/patrol/begin') && await cache.match('/phone/book');
    return navigator.serviceWorker.controller && both;
  }), {seconds: 30});
  browser.expect_complaint(/ERR_INTERNET_DISCONNECTED|Failed to load resource/);
  await page.context().setOffline(true);
  await go(page, '/phone/book');
  t.has(await page.innerText('main'), '号楼', 'the book opens in a cellar');
  await go(page, '/phone/open/patrol/begin');
  await page.fill('[name=round]', '地下车库');
  await page.locator('.go .primary').click();
  await page.waitForURL('**/phone/queue');
  await ready(page);
  t.equal(await page.locator('#queue li').count(), 1);
  await page.reload();
  await ready(page);
  await page.context().setOffline(false);
  await page.waitForFunction(() => document.querySelectorAll('#queue li').length === 0, null, {timeout: 30000});
  const count = async (procedure, words) => Number((await server.sql(
    `SELECT count(*) FROM matter WHERE procedure = '${procedure}' AND summary LIKE '${words}%'`))[0][0]);
  t.equal(await count('patrol', '地下车库'), 1);
  t.step('once it is begun, finding something and ending it need no network');
  await go(page, '/phone');
  const patrol = await page.locator('a.job', {hasText: '地下车库'}).getAttribute('href');
  await t.until('its steps are kept', () => page.evaluate(async path => (await (await caches.open('tongxin-pages')).keys())
    .filter(k => decodeURI(k.url).includes(decodeURI(path)) && k.url.includes('do=')).length >= 1, patrol), {seconds: 30});
  await page.context().setOffline(true);
  await page.locator('a.job', {hasText: '地下车库'}).click();
  await ready(page);
  await page.fill('[name=facts]', '车库出口堆满纸箱');
  await page.locator('.go .primary').click();
  await page.waitForURL('**/phone/queue');
  await ready(page);
  await go(page, patrol);
  await page.locator('details a.job', {hasText: '结束巡查'}).click();
  await ready(page);
  await page.locator('label', {hasText: '消防车通道被占'}).click();
  await page.locator('.go .primary').click();
  await page.waitForURL('**/phone/queue');
  await ready(page);
  t.equal(await page.locator('#queue li').count(), 2);
  await page.context().setOffline(false);
  await page.waitForFunction(() => document.querySelectorAll('#queue li').length === 0, null, {timeout: 30000});
  t.equal(await count('incident', '车库出口堆满纸箱'), 1);
  t.equal((await server.sql("SELECT outcome FROM matter WHERE summary = '地下车库'"))[0][0], '1', 'ended');
}, {timeout: 200});

story('a hand-over written without a network waits, is sent once, and comes back with what is wrong in it', async t => {
  const server = await t.tongxin({now: NOW});
  const browser = await t.browser(server.origin, {viewport: {width: 390, height: 844}, userAgent: AGENT});
  const page = await browser.person();
  await browser.sign_in(page, await role_of(server, 'grid'));
  await ready(page);
  await t.until('the page is kept', () => page.evaluate(async () =>
    navigator.serviceWorker.controller && await (await caches.open('tongxin-pages')).match('/phone/handover')), {seconds: 30});
  browser.expect_complaint(/ERR_INTERNET_DISCONNECTED|Failed to load resource|ERR_FAILED/);
  await page.context().setOffline(true);
  await go(page, '/phone/handover');
  await page.selectOption('#to', {index: 1});
  await page.fill('#notes', '车棚钥匙在门卫');
  await page.locator('.go .primary').click();
  await page.waitForURL('**/phone/queue');
  await ready(page);
  t.has(await page.innerText('#queue'), '车棚钥匙');
  t.step('the answer to the first sending is lost: sent again, it is one hand-over');
  let lost = 0;
  await page.route('**/phone/handover', async route => {
    if (route.request().method() !== 'POST' || lost++) return route.continue();
    await route.fetch();
    return route.abort();
  });
  await page.context().setOffline(false);
  await page.waitForFunction(() => document.querySelectorAll('#queue li').length === 0 ||
    (document.getElementById('send-now').click(), false), null, {timeout: 40000, polling: 1000});
  t.same(await server.sql("SELECT count(*), min(state) FROM handover WHERE notes = '车棚钥匙在门卫'"), [['1', 'offered']]);
  t.at_least(lost, 2, 'it was sent more than once');
  t.step('what is wrong is pointed at, and what was typed stays');
  await page.unroute('**/phone/handover');
  browser.expect_complaint(/422/);
  await go(page, '/phone/handover');
  await page.fill('#notes', '没有写交给谁');
  await page.locator('form.doing').evaluate(f => { f.noValidate = true; });
  await page.locator('.go .primary').click();
  await page.waitForSelector('#to[aria-invalid=true]');
  t.equal(await page.inputValue('#notes'), '没有写交给谁');
  await browser.accessible(page);
}, {timeout: 120});

story('without JavaScript the same day is plain forms: patrol, finding, visit, hand-over', async t => {
  const server = await t.tongxin({now: NOW});
  const browser = await t.browser(server.origin, {viewport: {width: 320, height: 640}, userAgent: AGENT, locale: 'en-US'});
  const page = await browser.person(null, {javaScriptEnabled: false});
  await browser.sign_in(page, await role_of(server, 'grid'));
  await page.locator('.tiles a', {hasText: 'Begin a patrol'}).click();
  await page.fill('[name=round]', 'Back lanes');
  await page.locator('.go .primary').click();
  await page.locator('a.job', {hasText: 'Back lanes'}).press('Enter');
  await page.fill('[name=facts]', 'Exit blocked by furniture');
  await page.setInputFiles('input[name=photos]', PHOTO);
  await page.locator('.go .primary').click();
  const [[n]] = await server.sql("SELECT count(*) FROM matter WHERE procedure = 'incident' AND summary LIKE 'Exit blocked%'");
  t.equal(Number(n), 1);
  t.step('a hand-over without a successor comes back as it was typed');
  browser.expect_complaint(/422/);
  await page.locator('.tiles a', {hasText: 'Hand over'}).click();
  await page.locator('form.doing').evaluate(f => { f.noValidate = true; });
  await page.fill('#notes', 'Keys are with the community');
  await page.locator('.go .primary').click();
  t.equal(await page.inputValue('#notes'), 'Keys are with the community');
  t.equal(await page.getAttribute('#to', 'aria-invalid'), 'true', 'the field is pointed at');
  await page.selectOption('#to', {index: 1});
  await page.locator('.go .primary').click();
  await page.waitForURL(/handover\/\d+/);
}, {timeout: 120});
