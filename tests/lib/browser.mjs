// A real browser (Debian's Chromium, driven by playwright-core) for tests: it reports what a person would have seen
// go wrong. Every page is checked as it is used: no request may leave the server, nothing may break the content
// security policy, no script may fail.
//
// One Chromium serves all stories of a file; whoever looks has a context of their own, and a story's end closes its contexts.
import {chromium} from 'playwright-core';
import {existsSync, mkdirSync, readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {basename, join} from 'node:path';
import {ROOT} from './server.mjs';
import {when_all_are_told} from './story.mjs';

const SHOTS = join(ROOT, 'build-test', 'shots');
const PLACES = [process.env.TONGXIN_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
// --no-sandbox because tests may run as root; the rest keeps the browser from talking to anybody by itself, and no name or
// address but the server's is ever looked up.
const FLAGS = ['--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'];
const AXE_TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

// Pictures are for people; a run of everything takes none, but of what failed.
const PICTURES = process.env.TONGXIN_TEST_SHOTS !== 'failed';

let axe_source = null;
let running = null; // the Chromium of this file: a promise of it

function the_chromium() {
  const executablePath = PLACES.find(path => path && existsSync(path));
  if (!executablePath) throw new Error('there is no Chromium: tools/setup.sh test installs it');
  if (running) return running;
  // A service worker asks in the browser's own language, not in that of the context whose pages it serves.
  const mine = chromium.launch({executablePath, args: [...FLAGS, '--accept-lang=zh-CN'], chromiumSandbox: false});
  mine.then(browser => browser.once('disconnected', () => { if (running === mine) running = null; }), () => {});
  return running = mine;
}

when_all_are_told(async () => {
  const browser = await running?.catch(() => null);
  running = null;
  await browser?.close();
});

// Opens a browser for the server at `origin`. Options: those of playwright's newContext, e.g.
// {viewport: {width: 390, height: 844}, locale: 'en-US', javaScriptEnabled: false, hasTouch: true}.
export async function open_browser(origin, options = {}) {
  return new Browser(await the_chromium(), origin, options);
}

class Browser {
  constructor(browser, origin, options) {
    Object.assign(this, {browser, origin, options});
    this.complaints = [];
    this.expected = [];
    this.contexts = [];
  }

  // A page in a context of its own (its own cookies: a person of its own). `path` is opened when given.
  async person(path = null, options = {}) {
    const context = await this.browser.newContext({locale: 'zh-CN', timezoneId: 'Asia/Shanghai',
      viewport: {width: 1440, height: 900}, ...this.options, ...options});
    this.contexts.push(context);
    // What a service worker fetches by itself asks in Chromium's own language, not in that of the context: the cookie says both.
    const {locale = 'zh-CN'} = {...this.options, ...options};
    await context.addCookies([{name: 'lang', value: locale.slice(0, 2), url: this.origin}]);
    const page = await context.newPage();
    await this.watch(context, page);
    if (path !== null) await page.goto(new URL(path, this.origin).href);
    return page;
  }

  async watch(context, page) {
    const complain = text => this.complaints.push(`${new URL(page.url(), this.origin).pathname}: ${text}`);
    context.on('request', request => {
      const url = request.url();
      if (!url.startsWith(this.origin + '/') && !/^(data|blob):/.test(url)) complain(`a request left the server: ${url}`);
    });
    page.on('console', message => {
      if (message.type() === 'error') complain(`the console says: ${message.text()}`);
    });
    page.on('pageerror', error => complain(`a script failed: ${error.message}`));
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', event => {
        console.error(`policy violation: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`);
      });
    });
  }

  // Says that a complaint matching `pattern` is part of the test (e.g. the console's line about a 404).
  expect_complaint(pattern) { this.expected.push(pattern); }

  // What went wrong so far and was not expected; story.mjs asks when the story ends.
  unexpected() { return this.complaints.filter(text => !this.expected.some(pattern => pattern.test(text))); }

  // Signs `page` in through the sign-in page of `role` ({account, password, path} as in /demo/roles.json).
  async sign_in(page, role) {
    await page.goto(new URL(role.path, this.origin).href);
    await page.fill('input[name=account]', role.account);
    await page.fill('input[name=password]', role.password);
    await Promise.all([page.waitForNavigation(), page.press('input[name=password]', 'Enter')]);
    if (await page.locator('input[name=password]').count()) {
      throw new Error(`${role.account} cannot sign in: ${(await page.innerText('body')).slice(0, 400)}`);
    }
  }

  // A picture in build-test/shots/NAME.png, for people to look at.
  async shot(page, name, options = {}) {
    if (PICTURES) await this.draw(page, name, options);
  }

  async draw(page, name, options = {}) {
    mkdirSync(SHOTS, {recursive: true});
    await page.screenshot({path: join(SHOTS, `${name}.png`), fullPage: true, ...options});
  }

  // Checks accessibility with axe-core and throws with what it found.
  async accessible(page, {without = []} = {}) {
    axe_source ??= readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    await page.evaluate(axe_source);
    const found = await page.evaluate(([tags, off]) => window.axe.run(document, {
      runOnly: {type: 'tag', values: tags}, resultTypes: ['violations'],
      rules: Object.fromEntries(off.map(id => [id, {enabled: false}])),
    }), [AXE_TAGS, without]);
    if (!found.violations.length) return;
    const lines = found.violations.flatMap(v => [`${v.id} (${v.impact}): ${v.help}`,
      ...v.nodes.slice(0, 5).map(n => `    ${n.target.join(' ')}: ${n.failureSummary.split('\n').slice(1).join(' ').trim()}`)]);
    throw new Error(`${page.url()} is not accessible:\n${lines.join('\n')}`);
  }

  // Throws when the page is wider than its window: nobody should have to scroll sideways.
  async fits(page) {
    const [wide, window_width] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
    if (wide > window_width) throw new Error(`${page.url()} is ${wide} px wide in a window of ${window_width} px`);
  }

  // `check` is false when the story failed: then what stood on its pages is drawn.
  async close({check = true} = {}) {
    const pages = check ? [] : this.contexts.flatMap(context => context.pages());
    const name = `failed-${basename(process.argv[1] ?? '', '.mjs')}`;
    for (const [i, page] of pages.entries()) await this.draw(page, `${name}-${i}`, {timeout: 5000}).catch(() => {});
    await Promise.all(this.contexts.map(context => context.close().catch(() => {})));
    if (check && this.unexpected().length) throw new Error(`in the browser:\n${this.unexpected().join('\n')}`);
  }
}
