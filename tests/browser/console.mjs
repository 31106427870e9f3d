// The desk of a street's and a district's centre in a real browser: the map with its list, the menus, valid pages, weight.
// timeout: 240
import {story} from '../lib/story.mjs';
import {open_browser} from '../lib/browser.mjs';
import {valid_html} from '../lib/valid.mjs';

const NOW = '2026-11-23T09:30:00+08:00';

async function desk_of(t, account, options = {}) {
  const server = await t.tongxin({now: NOW});
  const browser = await open_browser(server.origin, options);
  t.after(problem => browser.close({check: !problem}));
  const page = await browser.person();
  await browser.sign_in(page, (await server.roles()).find(r => r.account === account));
  return {server, browser, page};
}

// Cases with a position, made as a centre would.
async function two_cases(server) {
  const centre = await server.signed_in(null, 'centre');
  const codes = [];
  for (const [description, lon] of [['牛肉面馆后门长期堆放餐厨垃圾，有异味', '102.142'], ['路灯不亮，晚上看不清路', '102.150']]) {
    const form = (await centre.get('/open/incident/register')).form({action: '/open/incident/register'});
    const place = form.options('place').find(o => /网格/.test(o.text)).value;
    const reply = await form.submit(centre, {description, place, source: 'hotline', danger: 'possible', reach: 'few',
      category: 'urban-yuncheng/event/0131', 'position.lon': lon, 'position.lat': '38.466', name: '张示例', phone: '13800002091'});
    codes.push(reply.links().find(l => l.href.startsWith('/case/')).text);
  }
  return codes;
}

story('the map shows what is under way and its list says the same, by keyboard', async t => {
  const {server, browser, page} = await desk_of(t, 'centre');
  const codes = await two_cases(server);
  await page.goto(new URL('/desk', browser.origin).href);
  await page.waitForSelector('.map-key li');
  const pins = await page.evaluate(async () => (await (await fetch('/map/cases.json?state=open')).json()).features);
  for (const code of codes) t.at_least(pins.filter(f => f.properties.code === code).length, 1);
  await page.focus('.map-list summary');
  await page.keyboard.press('Enter');
  t.equal(await page.locator('.map-list li').count(), pins.length, 'one line for each pin');
  const areas = page.locator('.leaflet-overlay-pane path');
  const before = await areas.count();
  await page.click('[data-show=grids]');
  await page.waitForFunction(n => document.querySelectorAll('.leaflet-overlay-pane path').length > n + 5, before);
  await browser.accessible(page);
  await browser.shot(page, 'console-map');
  await page.click('[data-show=heat]');
  await page.waitForSelector('.leaflet-heatmap-layer');
  await Promise.all([page.waitForNavigation(), page.click(`.map-list a:has-text("${codes[0]}")`)]);
  t.has(page.url(), '/case/');
  await page.waitForSelector('.leaflet-marker-pane .pin');
}, {timeout: 120});

story('the map tells the public no more than a public list does', async t => {
  const server = await t.tongxin({now: NOW});
  const codes = await two_cases(server);
  const open = server.client();
  const reply = await open.get('/map/cases.json?state=late&q=面馆');
  t.equal(reply.status, 200);
  for (const word of [...codes, '面馆', '38.46612', '"light"', '"href"', '"late"']) t.has_not(reply.text, word);
  for (const f of JSON.parse(reply.text).features) {
    for (const x of f.geometry.coordinates) t.equal(x, Math.round(x * 1000) / 1000, 'on a coarse square');
  }
  t.equal((await open.get('/map/places.json?level=streets')).status, 200);
  t.equal((await open.get('/map/places.json?level=grids', {follow: false})).status, 403);
  const tag = (await open.get('/map/places.json?level=streets')).headers.etag;
  t.equal((await open.get('/map/places.json?level=streets', {headers: {'if-none-match': tag}})).status, 304);
}, {timeout: 90});

story('pages of the desk are valid HTML, and the console loads in less than 240 kB', async t => {
  const {server, browser, page} = await desk_of(t, 'district');
  const [code] = await two_cases(server);
  for (const [account, paths] of Object.entries({
    centre: ['/desk', '/cases', `/case/${code}`, '/open/incident/register', '/messages', '/desk?lang=en'],
    auditor: ['/audit'], grid: ['/desk'], market: ['/desk', '/cases']})) {
    const client = await server.signed_in(null, account);
    for (const path of paths) await valid_html((await client.get(path)).text, `${account} ${path}`);
  }
  const session = await page.context().newCDPSession(page);
  let bytes = 0;
  await session.send('Network.enable');
  await session.send('Network.setCacheDisabled', {cacheDisabled: true});
  session.on('Network.loadingFinished', event => { bytes += event.encodedDataLength; });
  await page.goto(new URL('/desk', browser.origin).href);
  await page.waitForSelector('.map-key');
  await page.waitForTimeout(800);
  t.step(`the console took ${bytes} bytes`);
  t.at_least(bytes, 20_000);
  t.at_most(bytes, 240_000);
}, {timeout: 120});

story('without JavaScript the desk leads from the map to the list', async t => {
  const {page} = await desk_of(t, 'centre', {javaScriptEnabled: false});
  t.has(await page.innerText('.map'), '按列表查看');
  await Promise.all([page.waitForNavigation(), page.click('.map a')]);
  t.has(page.url(), '/cases?state=open');
}, {timeout: 60});

story('a case that comes in is on the open desk without reloading', async t => {
  const {server, browser, page} = await desk_of(t, 'centre');
  await page.goto(new URL('/desk', browser.origin).href);
  const before = await page.innerText('[data-part=figures]');
  await page.waitForTimeout(500);
  await two_cases(server);
  await page.waitForFunction(old => document.querySelector('[data-part=figures]').innerText !== old, before, {timeout: 15000});
  await browser.accessible(page);
}, {timeout: 60});
