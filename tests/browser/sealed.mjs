// A sealed file in a real browser: the bar above it, and the quick way out, with and without a script.
// databases: sqlite
// timeout: 240
import {story} from '../lib/story.mjs';
import {open_browser} from '../lib/browser.mjs';
import {valid_html} from '../lib/valid.mjs';
import {api_of} from '../lib/api.mjs';

const FACTS = '紫檀木柜子旁的争吵';

async function sealed_file(server) {
  const {sign_in} = await api_of(server);
  const [police, federation, community] = await Promise.all(['liaison', 'federation', 'community'].map(sign_in));
  const posts = await Promise.all([police, federation, community].map(async c => (await c.get('/api/v1/me')).posts[0]));
  const {code} = await police.good('POST', '/api/v1/matters', {procedure: 'family-support', action: 'register', said: {
    facts: FACTS, place: String(posts[2].place.id), source: 'call', injury: 'mark', nature: 'hands', history: 'after-criticism',
    special: false, 'in-public': false, 'asks-for': false, ongoing: false, breach: false, 'police-post': String(posts[0].id),
    'federation-post': String(posts[1].id), 'community-post': String(posts[2].id), 'safe-way': 'in-person'}});
  return code;
}

async function in_front_of(t, account, options = {}) {
  const server = await t.tongxin({now: '2026-11-23T10:00:00+08:00', fresh: true});
  const code = await sealed_file(server);
  const browser = await open_browser(server.origin, options);
  t.after(problem => browser.close({check: !problem}));
  const page = await browser.person();
  await browser.sign_in(page, (await server.roles()).find(r => r.account === account));
  const go = path => page.goto(new URL(path, browser.origin).href);
  return {server, browser, page, code, go};
}

story('the way out leaves nothing to go back to', async t => {
  const {browser, page, code, go} = await in_front_of(t, 'liaison');
  await go('/desk');
  await go(`/case/${code}`);
  t.has(await page.locator('main').innerText(), FACTS);
  t.has(await page.locator('.sealed-bar').innerText(), '只能由妇联当面');
  await valid_html(await page.content(), 'sealed case');
  await browser.accessible(page);
  await browser.shot(page, 'sealed-case');
  await Promise.all([page.waitForURL(url => url.pathname === '/'), page.click('[data-leave]')]);
  t.has_not(await page.content(), code);
  await page.goBack();
  t.has_not(page.url(), code, 'the page is not in the history');
  await go(`/case/${code}`);
  t.has(page.url(), '/sign-in', 'and this browser is signed out');
});

story('three times Escape is the way out too; lists and visits say nothing of what it is about', async t => {
  const {browser, page, code, go} = await in_front_of(t, 'federation');
  for (const path of ['/sealed', '/visits', '/desk']) {
    await go(path);
    t.has_not(await page.content(), FACTS);
    await valid_html(await page.content(), path);
    if (path !== '/desk') await browser.accessible(page);
    await browser.shot(page, `sealed${path.replace('/', '-')}`);
  }
  await go('/sealed');
  t.has(await page.locator('main').innerText(), code);
  await page.click('h1');
  for (let i = 0; i < 3; i++) await page.keyboard.press('Escape');
  await page.waitForURL(url => url.pathname === '/');
});
