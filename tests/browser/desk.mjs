// The desk in a real browser: each role's pages at desk and telephone width, in both languages, with JavaScript off,
// accessible in every state, with pictures to look at in build-test/shots.
// timeout: 420
import {share, story} from '../lib/story.mjs';
import {open_browser} from '../lib/browser.mjs';

const NOW = '2026-11-23T09:30:00+08:00';
const CATEGORY = 'urban-yuncheng/event/0131';

// Cases to look at, made through the pages.
async function some_cases(server) {
  const centre = await server.signed_in(null, 'centre');
  const codes = [];
  for (const description of ['牛肉面馆后门长期堆放餐厨垃圾，有异味', '路灯不亮，晚上看不清路', '面馆后门餐厨垃圾没人清运']) {
    const form = (await centre.get('/open/incident/register')).form({action: '/open/incident/register'});
    const place = form.options('place').find(o => /网格/.test(o.text)).value;
    const values = {description, place, source: 'hotline', danger: 'possible', reach: 'few', category: CATEGORY,
                    'position.lon': '102.142', 'position.lat': '38.466', name: '张示例', phone: '13800002091'};
    const reply = await form.submit(centre, values);
    codes.push(reply.links().find(l => l.href.startsWith('/case/')).text);
  }
  return codes;
}

async function look(t, browser, page, path, name) {
  t.step(name);
  await page.goto(new URL(path, browser.origin).href);
  await browser.accessible(page);
  await browser.fits(page);
  await browser.shot(page, `desk-${name}`);
}

const WIDTHS = {desk: {viewport: {width: 1440, height: 900}},
                phone: {viewport: {width: 390, height: 844}, isMobile: true, hasTouch: true}};
const LOOKED_AT = share(Object.entries(WIDTHS));

story(`every page of the desk is accessible and fits its window, in both languages (${LOOKED_AT.map(w => w[0])})`, async t => {
  const server = await t.tongxin({now: NOW});
  const [code] = await some_cases(server);
  const roles = await server.roles();
  const browser = await open_browser(server.origin);
  t.after(problem => browser.close({check: !problem}));
  const pages = {
    centre: ['/desk', '/cases', `/case/${code}`, `/case/${code}?do=merge&track=0`, '/open/incident/register', '/messages'],
    grid: ['/desk', `/case/${code}`, '/open/incident/report-by-grid'],
    leader: ['/desk', `/case/${code}?do=supervise&track=0`],
    auditor: ['/desk', '/cases', `/case/${code}`, '/audit', '/audit/verify'],
    market: ['/desk', '/cases'], admin: ['/desk', '/password', '/codes'], district: ['/desk', '/cases?state=late'],
  };
  for (const [width, options] of LOOKED_AT) {
    for (const account of Object.keys(pages)) {
      const page = await browser.person(null, {...options});
      await browser.sign_in(page, roles.find(r => r.account === account));
      for (const [i, path] of pages[account].entries()) await look(t, browser, page, path, `${account}-${i}-${width}`);
      if (account === 'centre') {
        await look(t, browser, page, `/case/${code}?lang=en`, `centre-case-en-${width}`);
        await look(t, browser, page, '/desk?lang=en', `centre-desk-en-${width}`);
      }
      await page.context().close();
    }
  }
}, {timeout: 400});

story('a grid worker verifies a case on the telephone without JavaScript, by keyboard and touch alone', async t => {
  const server = await t.tongxin({now: NOW});
  const [code] = await some_cases(server);
  const browser = await open_browser(server.origin, {...WIDTHS.phone, javaScriptEnabled: false});
  t.after(problem => browser.close({check: !problem}));
  const page = await browser.person();
  await browser.sign_in(page, (await server.roles()).find(r => r.account === 'grid'));
  await page.click(`a:has-text("${code}")`);
  await page.click('a.jump');
  await page.check('input[name=verified][value=yes]');
  await page.fill('textarea[name=finding]', '后门有三个敞口桶，地面有污水');
  await Promise.all([page.waitForNavigation(), page.press('input[name=verified][value=yes]', 'Enter')]);
  const words = await page.innerText('main');
  t.has(words, '待立案');
  t.has(words, '已提交');
  t.has(words, '后门有三个敞口桶');
}, {timeout: 120});

story('a wrong password is told, and the door locks after too many', async t => {
  const server = await t.tongxin({now: NOW});
  const browser = await open_browser(server.origin);
  t.after(problem => browser.close({check: !problem}));
  browser.expect_complaint(/status of 4\d\d/);
  const page = await browser.person('/cases');
  t.has(page.url(), '/sign-in?next=');
  await page.fill('input[name=account]', 'centre');
  await page.fill('input[name=password]', 'not-the-password');
  await Promise.all([page.waitForNavigation(), page.press('input[name=password]', 'Enter')]);
  t.equal(await page.inputValue('input[name=account]'), 'centre', 'the account stays');
  await browser.accessible(page);
  await browser.shot(page, 'desk-sign-in-wrong');
  const role = (await server.roles()).find(r => r.account === 'centre');
  await page.fill('input[name=password]', role.password);
  await Promise.all([page.waitForNavigation(), page.press('input[name=password]', 'Enter')]);
  t.has(page.url(), '/cases', 'back to where they wanted to go');
}, {timeout: 120});
