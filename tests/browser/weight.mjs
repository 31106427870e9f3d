// What a first visit fetches, measured in a real browser with an empty cache: plain pages, the console, and that packed pages
// give away nothing.
// timeout: 240
import {story} from '../lib/story.mjs';
import {open_browser} from '../lib/browser.mjs';

const NOW = '2026-11-23T09:30:00+08:00';
const PLAIN = 35_000;
const CONSOLE = 240_000;

// Bytes that came over the wire for one page and everything it fetches; what the page before was still fetching is its own.
async function weigh(page, path) {
  await page.goto('about:blank');
  const session = await page.context().newCDPSession(page);
  const mine = new Set();
  let bytes = 0;
  await session.send('Network.enable');
  await session.send('Network.setCacheDisabled', {cacheDisabled: true});
  session.on('Network.requestWillBeSent', event => { if (event.documentURL === path) mine.add(event.requestId); });
  session.on('Network.loadingFinished', event => { if (mine.has(event.requestId)) bytes += event.encodedDataLength; });
  await page.goto(path);
  await page.waitForLoadState('load');
  await page.waitForTimeout(700);
  await session.detach();
  return bytes;
}

story('a plain page weighs less than 35 kB, the console less than 240 kB, with nothing kept from before', async t => {
  const server = await t.tongxin({now: NOW});
  const browser = await open_browser(server.origin);
  t.after(problem => browser.close({check: !problem}));
  const roles = await server.roles();
  const guest = await browser.person();
  for (const path of ['/sign-in', '/', '/track', '/report']) {
    const bytes = await weigh(guest, new URL(path, server.origin).href);
    t.step(`${path} took ${bytes} bytes`);
    t.at_least(bytes, 3_000);
    t.at_most(bytes, PLAIN, path);
  }
  const plain = {centre: ['/cases', '/messages', '/desk?list=approvals', '/phrases', '/leader'], market: ['/cases', '/own'],
                 admin: ['/admin/people'], auditor: ['/audit']};
  for (const [account, paths] of Object.entries(plain)) {
    const page = await browser.person();
    await browser.sign_in(page, roles.find(r => r.account === account));
    for (const path of paths) {
      const bytes = await weigh(page, new URL(path, server.origin).href);
      t.step(`${account} ${path} took ${bytes} bytes`);
      t.at_least(bytes, 3_000);
      t.at_most(bytes, PLAIN, `${account} ${path}`);
    }
    if (account !== 'centre') continue;
    const bytes = await weigh(page, new URL('/desk', server.origin).href);
    t.step(`the console took ${bytes} bytes`);
    t.at_most(bytes, CONSOLE);
  }
}, {timeout: 200});

story('a page for somebody is packed only when no other site had it fetched, and its token is another each time', async t => {
  const server = await t.tongxin({now: NOW});
  const client = await server.signed_in(null, 'centre');
  const ask = site => client.get('/cases', {headers: {'accept-encoding': 'gzip', ...(site ? {'sec-fetch-site': site} : {})}});
  for (const site of ['same-origin', 'none']) t.equal((await ask(site)).headers['content-encoding'], 'gzip', site);
  for (const site of ['cross-site', 'same-site', '']) t.equal((await ask(site)).headers['content-encoding'] ?? '', '', site);
  t.has((await ask('none')).headers.vary, 'Sec-Fetch-Site');
  const token = async () => /name="csrf" content="([0-9a-f]+)"/.exec((await client.get('/cases')).text)[1];
  const [one, two] = [await token(), await token()];
  t.equal(one.length, 128);
  t.equal(one === two, false);
  const lengths = new Set();
  for (let i = 0; i < 12; i++) lengths.add(Number((await ask('none')).headers['content-length']));
  t.at_least(lengths.size, 4, 'the same page has many lengths');
}, {timeout: 60});
