// The leader's page and the big screen in a real browser: each figure opens its list and the list holds just so many;
// comparisons, whistles in the air, nothing divided by nothing; English, no script, keyboard, print; the wall of a centre.
// databases: sqlite postgresql
// timeout: 300
import {story} from '../lib/story.mjs';
import {open_browser} from '../lib/browser.mjs';
import {valid_html} from '../lib/valid.mjs';

const NOW = '2026-11-23T09:30:00+08:00';
const MONTH = '2026-11';
const PLAIN = {javaScriptEnabled: false};

async function opened(t, account, path, options = {}) {
  t.server ??= await t.tongxin({now: NOW});
  const browser = await open_browser(t.server.origin, options);
  t.after(problem => browser.close({check: !problem}));
  const page = await browser.person();
  if (account) await browser.sign_in(page, (await t.server.roles()).find(r => r.account === account));
  await page.goto(new URL(path, browser.origin).href);
  return {browser, page, server: t.server};
}

const number_in = text => Number(/\d+/.exec(text.replace(/\d{4}-\d{2}(-\d{2})?/g, ''))[0]);

// Opens a figure's list; gives how many it says there are, and how many it shows when that is a page.
async function list_of(page, href) {
  await page.goto(new URL(href, page.url()).href);
  const says = number_in(await page.innerText('.headline .sub'));
  const rows = await page.locator('.cases tbody tr:not(.none)').count();
  return {says, rows};
}

// Every number of the page that opens a list: {href, n}, each address once.
const figures_of = page => page.evaluate(() => {
  const found = new Map();
  for (const a of document.querySelectorAll('main a[href^="/leader/list"]')) {
    const text = (a.querySelector('strong') ?? a).textContent.trim();
    const n = /%|—/.test(text) ? null : /(\d+)$/.exec(text);
    if (n && !a.closest('.chart')) found.set(a.getAttribute('href'), Number(n[1]));
  }
  return [...found].map(([href, n]) => ({href, n}));
});

story('the leader’s page and its screen do what a leader asks of them, on every side', async t => {
  const {browser, page, server} = await opened(t, 'district-leader', `/leader?period=${MONTH}&procedure=incident`);

  t.step('each figure opens its list, and the list has just so many');
  const figures = await figures_of(page);
  t.at_least(figures.length, 60);
  const kinds = ['street=', 'org=', 'category=', 'source='];
  const some = [...figures.filter(f => !kinds.some(k => f.href.includes(k))).slice(0, 16),
    ...kinds.flatMap(k => figures.filter(f => f.href.includes(`&${k}`) && f.n > 0).slice(0, 2))];
  for (const {href, n} of some) {
    const {says, rows} = await list_of(page, href);
    t.equal(says, n, href);
    t.equal(rows, Math.min(n, 30), href);
  }

  t.step('by street, department, category, source and time');
  await page.goto(new URL(`/leader?period=${MONTH}&procedure=incident`, browser.origin).href);
  for (const id of ['air', 'by-street', 'by-org', 'by-category', 'by-source', 'compared']) {
    t.at_least(await page.locator(`#${id} tbody tr`).count(), 2, id);
  }
  for (const id of ['by-street', 'by-org', 'by-category', 'by-source']) {
    const column = await page.$$eval(`#${id} tbody tr`, rows => rows.map(r => Number(r.cells[1].textContent)));
    t.equal(column.at(-1), column.slice(0, -1).reduce((a, b) => a + b, 0), `${id} adds up`);
  }
  t.has(await page.innerText('#air'), '市场监督管理局');
  t.equal(await page.locator('.leader-charts svg').count(), 2, 'by month and by day');

  t.step('compared with the month before and the year before');
  const heads = await page.locator('#compared thead th').allInnerTexts();
  t.same([heads[1], heads[2], heads[4]], ['2026-11', '2026-10', '2025-11']);
  const reported = await page.$$eval('#compared tbody tr:first-child td', cells => cells.map(c => c.textContent.trim()));
  t.equal(reported[4], '0');
  t.equal(reported[5], '—', 'nothing to compare with');
  const change = 100 * (reported[1] - reported[2]) / reported[2];
  t.equal(reported[3], `${change >= 0 ? '+' : ''}${change.toFixed(1)}%`);

  t.step('a whole year, one day, one street');
  await page.selectOption('select[name=period]', '2026');
  await Promise.all([page.waitForNavigation(), page.click('.filter button.primary')]);
  t.has(await page.innerText('h1'), '2026');
  const street = await page.locator('select[name=street] option').nth(1).getAttribute('value');
  await page.goto(new URL(`/leader?period=2026&procedure=incident&street=${street}`, browser.origin).href);
  t.equal(await page.locator('#by-community').count(), 1, 'a street shows its communities');
  await page.goto(new URL('/leader?day=2026-11-20&procedure=incident', browser.origin).href);
  const day = (await figures_of(page)).filter(f => f.n > 0).slice(0, 3);
  for (const {href, n} of day) t.equal((await list_of(page, href)).says, n, href);

  t.step('where there is nothing to divide by, — stands');
  await page.goto(new URL('/leader?period=2025-01&procedure=incident', browser.origin).href);
  const tiles = await page.locator('.leader-figures .figure strong').allInnerTexts();
  t.same(tiles.slice(0, 6), ['—', '—', '—', '—', '—', '—']);
  t.ok(!/nan|%%|Infinity/i.test(await page.innerText('main')));

  t.step('accessible, valid, in both languages, from 320 to 1920 pixels');
  for (const language of ['zh', 'en']) {
    for (const path of [`/leader?period=${MONTH}&procedure=incident`,
      `/leader/list?period=${MONTH}&procedure=incident&measure=closed`, '/leader?period=2025-01&procedure=incident']) {
      await page.goto(new URL(`${path}&lang=${language}`, browser.origin).href);
      await browser.accessible(page);
      await valid_html(await page.content(), `${path} ${language}`);
      for (const width of [320, 390, 1280, 1920]) {
        await page.setViewportSize({width, height: 1000});
        await browser.fits(page);
        if (path.includes('leader?period=2026')) await browser.shot(page, `leader-${width}-${language}`);
      }
    }
  }
  t.has(await page.innerText('h1'), 'Figures');

  t.step('by keyboard from the filter to a list and back');
  await page.setViewportSize({width: 1440, height: 900});
  await page.goto(new URL(`/leader?period=${MONTH}&procedure=incident&lang=zh`, browser.origin).href);
  await page.focus('select[name=period]');
  const at_a_figure = () => page.evaluate(() => document.activeElement.matches('a.whole'));
  for (let i = 0; i < 12 && !await at_a_figure(); i++) await page.keyboard.press('Tab');
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
  t.has(page.url(), '/leader/list');
  await page.focus('.headline a:last-of-type');
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
  t.has(page.url(), '/leader?');

  t.step('printed on A4 without menus and forms');
  await page.emulateMedia({media: 'print'});
  for (const what of ['.top', '.side', '.filter', '.table-files', '.foot']) {
    t.equal(await page.locator(what).filter({visible: true}).count(), 0, `${what} is not printed`);
  }
  t.at_least((await page.pdf({format: 'A4', landscape: true})).length, 20_000);
  await page.emulateMedia({media: 'screen'});

  t.step('without a script the same numbers stand there');
  const plain = await opened(t, 'leader', `/leader?period=${MONTH}&procedure=incident`,
    {...PLAIN, viewport: {width: 390, height: 844}});
  const href = await plain.page.locator('.leader-figures .whole').nth(9).getAttribute('href');
  const n = Number(await plain.page.locator('.leader-figures .whole strong').nth(9).innerText());
  t.equal((await list_of(plain.page, href)).says, n, 'a street leader’s number');
  await plain.browser.fits(plain.page);

  t.step('the wall: all of it at once on 1920 x 1080, with the map, without people, renewed by itself');
  const wall = await opened(t, 'district-leader', '/screen', {viewport: {width: 1920, height: 1080}});
  const kiosk = await wall.page.locator('.foot a').first().getAttribute('href');
  const nobody = await wall.browser.person(kiosk, {viewport: {width: 1920, height: 1080}, ...PLAIN});
  t.at_most(await nobody.evaluate(() => document.documentElement.scrollHeight), 1080);
  await wall.browser.fits(nobody);
  t.at_least(await nobody.locator('.scene svg g').count(), 5, 'pins');
  t.at_least(await nobody.locator('.scene svg path').count(), 8, 'streets');
  const text = await nobody.innerText('body');
  for (const {name} of await server.roles()) t.has_not(text, name);
  t.ok(!/示例|李演示|1[3-9]\d{9}/.test(text), 'nobody stands on it');
  t.equal((await server.client().get(kiosk)).headers.refresh, '30');
  const shown = await nobody.locator('.number strong').allInnerTexts();
  for (const one of shown) t.ok(!/^[1-4]$/.test(one.trim()), `${one}: no number from one to four`);
  for (const one of await nobody.locator('.chart text').allTextContents()) t.ok(!/^[1-4]$/.test(one.trim()), `${one} in a chart`);
  await wall.browser.shot(nobody, 'screen-1920');
  await wall.browser.accessible(wall.page);
  await valid_html(await wall.page.content(), 'screen');
  await wall.page.goto(new URL('/screen?lang=en', wall.browser.origin).href);
  t.has(await wall.page.innerText('h1'), 'Governance at a glance');
  t.at_most(await wall.page.evaluate(() => document.documentElement.scrollHeight), 1080, 'English fits too');
  for (const width of [390, 1280]) {
    await wall.page.setViewportSize({width, height: 900});
    await wall.browser.fits(wall.page);
  }
}, {timeout: 280});
