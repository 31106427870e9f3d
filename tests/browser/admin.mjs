// The pages of the administrator, the auditor and the community officer in a real browser: accessible and fitting at desk
// and telephone width, in both languages, also when something typed was wrong.
// databases: sqlite
// timeout: 240
import {share, story} from '../lib/story.mjs';

const WIDTHS = {desk: {viewport: {width: 1440, height: 900}},
                phone: {viewport: {width: 390, height: 844}, isMobile: true, hasTouch: true}};
const PAGES = {
  admin: ['/team', '/team/posts/new', '/team/posts/1', '/admin/people', '/admin/people/new', '/admin/people/1',
    '/admin/security', '/admin/access', '/admin/letters', '/admin/clocks'],
  auditor: ['/team', '/admin/security'], community: ['/team/vacancies'],
};

async function look(browser, page, path, name) {
  await page.goto(new URL(path, browser.origin).href);
  await browser.accessible(page);
  await browser.fits(page);
  await browser.shot(page, `admin-${name}`);
}

const LOOKED_AT = share(Object.entries(WIDTHS));

story(`pages of administration are accessible and fit in both languages (${LOOKED_AT.map(w => w[0])})`, async t => {
  const server = await t.tongxin({now: '2026-11-23T09:30:00+08:00'});
  const roles = await server.roles();
  const browser = await t.browser(server.origin);
  browser.expect_complaint(/status of 4\d\d/);
  for (const [width, options] of LOOKED_AT) {
    for (const [account, paths] of Object.entries(PAGES)) {
      const page = await browser.person(null, {...options});
      await browser.sign_in(page, roles.find(r => r.account === account));
      for (const [i, path] of paths.entries()) {
        t.step(`${width} ${account} ${path}`);
        await look(browser, page, path, `${account}-${i}-${width}`);
      }
      if (account === 'admin') {
        await look(browser, page, '/admin/security?lang=en', `security-en-${width}`);
        t.step(`${width} wrong input`);
        await page.goto(new URL('/team/posts/new?lang=zh', browser.origin).href);
        await page.fill('input[name=who]', '没有这个人');
        await page.selectOption('select[name=role]', 'grid-worker');
        await Promise.all([page.waitForNavigation(), page.click('main button[type=submit]')]);
        t.equal(await page.inputValue('input[name=who]'), '没有这个人');
        t.has(await page.innerText('.field.wrong'), '没有找到');
        await browser.accessible(page);
        await browser.shot(page, `admin-wrong-${width}`);
      }
      await page.context().close();
    }
  }
}, {timeout: 220});
