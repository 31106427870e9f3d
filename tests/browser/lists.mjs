// Lists in a real browser: columns that sort, filters that are saved and shared, several cases at once with an outcome for
// each, lists of decisions and call-backs, phrases. Everything also without JavaScript.
// databases: sqlite postgresql
// timeout: 300
import {story} from '../lib/story.mjs';
import {open_browser} from '../lib/browser.mjs';
import {filed_case} from '../lib/cases.mjs';
import {valid_html} from '../lib/valid.mjs';

const NOW = '2026-11-23T09:30:00+08:00';

async function opened(t, account, path, options = {}) {
  if (!t.server) {
    t.server = await t.tongxin({now: NOW});
    for (const what of ['路灯不亮，晚上看不清路', '井盖松动，车过有响声']) await filed_case(t.server, what);
  }
  const browser = await open_browser(t.server.origin, options);
  t.after(problem => browser.close({check: !problem}));
  const page = await browser.person();
  await browser.sign_in(page, (await t.server.roles()).find(r => r.account === account));
  await page.goto(new URL(path, browser.origin).href);
  return {browser, page};
}

const PLAIN = {javaScriptEnabled: false};
const go = (page, what) => Promise.all([page.waitForNavigation(), page.click(what)]);
const moments = async page => (await page.locator('.cases td.when').allInnerTexts());
const codes = async page => (await page.locator('.cases td.id a').allInnerTexts()).join(' ');

story('a press on a column sorts by it, and another turns the order round', async t => {
  const {browser, page} = await opened(t, 'district', '/cases?state=', PLAIN);
  const newest = await moments(page);
  t.equal(newest.join(), [...newest].sort().reverse().join());
  await go(page, 'th:has-text("登记时间") a');
  t.equal(await page.locator('th:has-text("登记时间")').getAttribute('aria-sort'), 'ascending');
  const oldest = await moments(page);
  t.equal(oldest.join(), [...oldest].sort().join());
  await go(page, 'th:has-text("时限") a');
  const lights = await page.locator('.cases tbody td:nth-child(2)').allInnerTexts();
  t.at_least(lights.length, 2);
  const late = lights.map(s => s.includes('超'));
  t.equal(late.join(), [...late].sort((a, b) => b - a).join(), 'the late ones stand first');
  await go(page, 'th:has-text("最近办理") a');
  const changed = await page.locator('.cases td.changed').allInnerTexts();
  t.equal(changed.join(), [...changed].sort().reverse().join());
  await browser.fits(page);
}, {timeout: 90});

story('a filter is saved under a name, opens again, is shared by its address and deleted', async t => {
  const {browser, page} = await opened(t, 'centre', '/cases', PLAIN);
  browser.expect_complaint(/status of 4\d\d/);
  await page.selectOption('select[name=state]', 'carded');
  await go(page, '.filter button[type=submit]');
  const address = page.url();
  const rows = await codes(page);
  await go(page, '.save button[type=submit]');
  t.has(await page.innerText('.save'), '请给这组条件起个名字');
  t.equal(await page.locator('#filter-name').getAttribute('aria-invalid'), 'true');
  await page.fill('#filter-name', '红黄牌');
  await go(page, '.save button[type=submit]');
  t.has(await page.innerText('.saved'), '红黄牌');
  await page.goto(new URL('/cases', browser.origin).href);
  await go(page, '.saved a:has-text("红黄牌")');
  t.equal(await codes(page), rows);
  const other = await opened(t, 'leader', new URL(address).pathname + new URL(address).search);
  t.equal(await codes(other.page), rows, 'the same address, the same list');
  t.equal(await other.page.locator('.saved').count(), 0, 'the name is for whoever gave it');
  await other.browser.accessible(other.page);
  await go(page, '.saved button');
  t.equal(await page.locator('.saved').count(), 0);
}, {timeout: 120});

story('several cases at once: what can be done is offered, and each has its outcome', async t => {
  const {browser, page} = await opened(t, 'centre', '/cases?state=open', PLAIN);
  browser.expect_complaint(/status of 4\d\d/);
  await go(page, 'button[value=act]');
  t.has(await page.innerText('main'), '没有选中任何案件');
  await page.goto(new URL('/cases?state=open', browser.origin).href);
  const all = await page.locator('input[name=code]').count();
  t.at_least(all, 3);
  for (const box of await page.locator('input[name=code]').all()) await box.check();
  await go(page, 'button[value=act]');
  await browser.shot(page, 'lists-bulk');
  t.has_not(await page.innerText('.acts'), '作废');
  t.has_not(await page.innerText('.acts'), '并案');
  const offered = await page.locator('.acts button:has-text("派遣")').innerText();
  const can = Number(/\((\d+)\)/.exec(offered)[1]);
  t.at_least(can, 2);
  await go(page, '.acts button:has-text("派遣")');
  await page.selectOption('select[name=department]', {index: 1});
  await page.fill('[name=opinion]', '请抓紧办理');
  // Somebody else is faster with one of them.
  const code = (await page.locator('.bulk-list li:has(.tag.green) strong').first().innerText()).trim();
  const duty = await t.server.signed_in(null, 'duty');
  const form = (await duty.get(`/case/${code}?do=correct-place&track=0`)).form({action: `/case/${code}/act`});
  t.equal((await form.submit(duty, {address: '后门向西'})).status, 200);
  await go(page, 'button[value=go]');
  const outcomes = await page.locator('.outcomes tbody tr').allInnerTexts();
  t.equal(outcomes.length, all, 'one line for each that was chosen');
  t.equal(outcomes.filter(s => s.includes('已办')).length, can - 1);
  t.has(outcomes.find(s => s.includes(code)), '未办');
  t.has(await page.innerText('.outcome'), `办成 ${can - 1} 件`);
  const done = outcomes.find(s => s.includes('已办')).match(/\d{6}-\d{4}-\d+/)[0];
  t.has((await duty.get(`/case/${done}`)).text, '请抓紧办理');
  const seeing = await opened(t, 'centre', '/cases?state=open');
  await seeing.page.check('[data-all]');
  t.has(await seeing.page.innerText('[data-chosen]'), `${all}`);
  await seeing.browser.accessible(seeing.page);
  await go(seeing.page, 'button[value=act]');
  await seeing.browser.accessible(seeing.page);
  await go(seeing.page, '.acts button >> nth=0');
  await valid_html(await seeing.page.content(), 'bulk');
}, {timeout: 180});

story('what is wrong in the form for several stays and is pointed at; chosen ones are exported as a sheet', async t => {
  const {browser, page} = await opened(t, 'centre', '/cases?phase=filed', PLAIN);
  browser.expect_complaint(/status of 4\d\d/);
  for (const box of await page.locator('input[name=code]').all()) await box.check();
  await go(page, 'button[value=act]');
  await go(page, '.acts button:has-text("退回立案")');
  await page.fill('[name=return-reason]', '短');
  await go(page, 'button[value=go]');
  t.equal(await page.inputValue('[name=return-reason]'), '短', 'what was typed stays');
  t.equal(await page.getAttribute('[name=return-reason]', 'aria-invalid'), 'true', 'and the field is pointed at');
  t.equal(await page.locator('.outcomes').count(), 0, 'nothing was done to any of them');
  const client = await t.server.signed_in(null, 'centre');
  const list = await client.get('/cases?phase=filed');
  const form = list.form({action: '/cases/bulk'});
  const code = list.links().find(l => l.href.startsWith('/case/6')).text;
  const reply = await form.submit(client, {code}, {button: '导出所选', strict: false});
  t.equal(reply.status, 200);
  t.has(reply.headers['content-type'], 'spreadsheet');
}, {timeout: 120});

story('decisions on time, call-backs and what is watched have lists with their number in the menu', async t => {
  const {browser, page} = await opened(t, 'centre', '/desk?list=callbacks');
  const number = await page.locator('.side a:has-text("回访评价") b').allInnerTexts();
  t.equal(String(await page.locator('.cases tbody tr:not(.none)').count()), number[0] ?? '0');
  await browser.accessible(page);
  await page.goto(new URL('/desk?list=approvals', browser.origin).href);
  t.has(await page.innerText('main'), '没有待审批');
  await browser.accessible(page);
  await page.goto(new URL('/cases', browser.origin).href);
  const first = await page.locator('.cases td.id a').first().innerText();
  await page.goto(new URL(`/case/${first}`, browser.origin).href);
  await go(page, 'button:has-text("关注")');
  t.equal(await page.locator('.side a:has-text("我的关注") b').innerText(), '1');
  await go(page, '.side a:has-text("我的关注")');
  t.equal(await codes(page), first);
}, {timeout: 120});

story('a body keeps its phrases in both languages, and they go into a form with and without JavaScript', async t => {
  const {browser, page} = await opened(t, 'centre', '/phrases', PLAIN);
  browser.expect_complaint(/status of 4\d\d/);
  await page.fill('textarea[name=zh]', '请现场核实后办理。');
  await page.fill('textarea[name=en]', ' ');
  await go(page, 'form[action="/phrases"] button[type=submit]');
  t.has(await page.innerText('main'), '中文和英文都要写');
  t.equal(await page.inputValue('textarea[name=zh]'), '请现场核实后办理。', 'what was typed stays');
  await page.fill('textarea[name=en]', 'Please look on the spot first.');
  await go(page, 'form[action="/phrases"] button[type=submit]');
  t.has(await page.innerText('table'), '请现场核实后办理。');
  await page.goto(new URL('/cases?phase=filed', browser.origin).href);
  const path = await page.locator('.cases td.id a').first().getAttribute('href');
  await page.goto(new URL(`${path}?do=dispatch&track=0`, browser.origin).href);
  await page.fill('textarea[name=opinion]', '急件。');
  await page.selectOption('select[name="_phrase.opinion"]', '请现场核实后办理。');
  await go(page, 'button[name=_again][value=opinion]');
  t.equal(await page.inputValue('textarea[name=opinion]'), '急件。请现场核实后办理。');
  const seeing = await opened(t, 'duty', `${path}?do=dispatch&track=0&lang=en`);
  await seeing.page.fill('textarea[name=opinion]', 'Urgent. ');
  await seeing.page.click('.chips button:has-text("Please look on the spot first.")');
  t.equal(await seeing.page.inputValue('textarea[name=opinion]'), 'Urgent. Please look on the spot first.');
  await seeing.browser.accessible(seeing.page);
  const market = await opened(t, 'market', '/phrases');
  t.has_not(await market.page.innerText('main'), '请现场核实后办理。', 'another body has its own');
  await market.browser.accessible(market.page);
}, {timeout: 150});
