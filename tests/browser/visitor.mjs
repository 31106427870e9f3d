// Anybody, without an account: what was reported, done and published in the district, on a telephone and at a desk, in both
// languages, with and without a script; open data in its four forms; how data is protected and whether the pages can be read.
// databases: sqlite postgresql
// timeout: 240
import {story} from '../lib/story.mjs';
import {open_browser} from '../lib/browser.mjs';
import {valid_html} from '../lib/valid.mjs';

const NOW = '2026-11-23T09:30:00+08:00';
const PHONE = {viewport: {width: 390, height: 844}, isMobile: true, hasTouch: true};
const PAGES = ['/', '/public/cases', '/public/figures', '/public/notices', '/public/data', '/privacy', '/accessibility'];

// The months are kept a little after the start.
async function kept(t, server) {
  await t.until('months are kept', async () => (await server.client().get('/public/figures.csv')).text.split('\r\n').length > 4,
    {seconds: 60, every_ms: 300});
}

story('anybody reads what was reported, done and published, and takes it along', async t => {
  const server = await t.tongxin({now: NOW});
  await kept(t, server);
  const desk = await open_browser(server.origin);
  t.after(problem => desk.close({check: !problem}));

  t.step('on a telephone without a script: from the first page to the cases of one street, and one of them');
  const phone = await desk.person('/', {...PHONE, javaScriptEnabled: false});
  await Promise.all([phone.waitForNavigation(), phone.click('a[href="/public/cases"] >> nth=0')]);
  t.equal(await phone.locator('.public-map svg.drawing').count(), 1, 'a map is there without a script');
  t.at_least(await phone.locator('.public-map svg g').count(), 5);
  const street = await phone.locator('#street option', {hasText: '金川路街道'}).getAttribute('value');
  await phone.selectOption('#street', street);
  await Promise.all([phone.waitForNavigation(), phone.click('form button')]);
  t.at_least(await phone.locator('.lines a.row').count(), 5);
  for (const text of await phone.locator('.lines a.row').allInnerTexts()) t.ok(/金川路街道/.test(text) || !/街道|镇/.test(text), text);
  await Promise.all([phone.waitForNavigation(), phone.click('.lines a.row >> nth=0')]);
  t.ok(!/示例|1[3-9]\d{9}/.test(await phone.innerText('main')), 'no person');
  await desk.fits(phone);

  t.step('the figures of a month, with their map: what is withheld is hatched and says so');
  const page = await desk.person('/public/figures?month=2026-10&kind=incident');
  const withheld = await page.locator('#by-street td:has-text("不公布")').count();
  t.at_least(withheld, 2);
  const drawn = await page.locator('.public-map svg path[fill^="url"]').count();
  t.at_least(drawn, 1);
  const rows = await page.$$eval('#by-street tbody tr', list => list.map(r => [...r.cells].map(c => c.textContent.trim())));
  for (const [name, reported] of rows) {
    const title = await page.locator('.public-map svg path title', {hasText: name}).first().textContent();
    t.equal(title, `${name} ${reported}`, 'the map says what the table says');
    t.ok(reported === '不公布' || Number(reported) === 0 || Number(reported) >= 5, `${name}: ${reported}`);
  }

  t.step('nothing withheld can be found again from the total');
  const total = Number(await page.locator('.leader-figures strong').first().innerText());
  const left = total - rows.reduce((sum, r) => sum + (Number(r[1]) || 0), 0);
  const hidden = rows.filter(r => r[1] === '不公布').length;
  t.ok(hidden === 0 || (hidden > 1 && left - (hidden - 1) >= 5), `${hidden} withheld, ${left} left`);

  t.step('accessible, valid and wide enough, in both languages, on a telephone and at a desk');
  for (const language of ['zh', 'en'])
    for (const path of PAGES) {
      await page.setViewportSize({width: 1280, height: 900});
      await page.goto(new URL(`${path}?lang=${language}`, server.origin).href);
      await desk.accessible(page);
      await valid_html(await page.content(), `${path} ${language}`);
      for (const width of [320, 390, 1280, 1920]) {
        await page.setViewportSize({width, height: 900});
        await desk.fits(page);
        await desk.shot(page, `visitor${path.replace(/\//g, '-')}-${width}-${language}`);
      }
    }

  t.step('open data: GeoJSON, CSV, Atom, iCalendar, each described and each what it says it is');
  const client = server.client();
  const data = await client.get('/public/data');
  const addresses = data.links().map(l => l.href).filter(h => /\.(geojson|csv|atom|ics)$/.test(h));
  for (const address of ['/public/cases.geojson', '/public/cases.csv', '/public/cases.atom', '/public/figures.csv',
    '/public/notices.atom', '/public/calendar.ics']) t.ok(addresses.includes(address), `${address} is described`);
  for (const address of addresses) {
    const reply = await client.get(address);
    t.status(reply, 200);
    t.ok(!/示例|李演示|1[3-9]\d{9}/.test(reply.text), `${address} names nobody`);
    if (address.endsWith('geojson')) {
      for (const f of JSON.parse(reply.text).features) {
        for (const c of f.geometry?.coordinates ?? []) t.equal(c, Math.round(c * 1000) / 1000, 'to about 100 m');
      }
    }
    if (address.endsWith('csv')) t.ok(reply.text.split('\r\n').every(line => !/^[=+\-@]/.test(line)), address);
    if (address.endsWith('atom')) t.has(reply.text, '<feed xmlns="http://www.w3.org/2005/Atom"');
    if (address.endsWith('ics')) t.ok(/^BEGIN:VCALENDAR\r\n[\s\S]*END:VCALENDAR\r\n$/.test(reply.text), address);
  }
  t.same((await client.get('/public/calendar.ics')).text, (await client.get('/public/calendar.ics')).text);
}, {timeout: 220});
