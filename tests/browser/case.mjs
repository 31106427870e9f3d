// The page of a case in a real browser: its stage line and panes with and without JavaScript, advice with its reason, two
// people at one case, photos before beside after, watching it.
// databases: sqlite postgresql
// timeout: 300
import {story} from '../lib/story.mjs';
import {open_browser} from '../lib/browser.mjs';
import {filed_case} from '../lib/cases.mjs';
import {valid_html} from '../lib/valid.mjs';

const NOW = '2026-11-23T09:30:00+08:00';
const PANES = ['story', 'said', 'photos', 'clocks', 'changes', 'related'];

// A case of the demonstration that waits to be dispatched, by the list a centre has.
async function case_at(server, account, phase) {
  const client = await server.signed_in(null, account);
  const list = await client.get(`/cases?phase=${phase}&procedure=incident`);
  const link = list.links().find(l => /^\/case\/\d/.test(l.href));
  if (!link) throw new Error(`the demonstration has no case that is ${phase}`);
  return link.href;
}

async function opened(t, account, path, options = {}) {
  const browser = await open_browser(t.server.origin, options);
  t.after(problem => browser.close({check: !problem}));
  const page = await browser.person();
  await browser.sign_in(page, (await t.server.roles()).find(r => r.account === account));
  await page.goto(new URL(path, browser.origin).href);
  return {browser, page};
}

story('every pane of a case is found without JavaScript, valid, accessible, and as wide as a telephone', async t => {
  t.server = await t.tongxin({now: NOW});
  const path = await case_at(t.server, 'centre', 'closed');
  const client = await t.server.signed_in(null, 'centre');
  for (const pane of PANES) await valid_html((await client.get(`${path}?tab=${pane}`)).text, `${path}?tab=${pane}`);
  const {browser, page} = await opened(t, 'centre', path, {javaScriptEnabled: false, viewport: {width: 320, height: 700}});
  for (const [i, name] of ['流程', '填报内容', '照片对比', '时限计算', '修改记录', '关联与历史'].entries()) {
    await Promise.all([page.waitForNavigation(), page.click(`.panes a:has-text("${name}")`)]);
    t.has(page.url(), `tab=${PANES[i]}`);
    t.equal(await page.locator('.panes [aria-current]').innerText().then(s => s.trim().split(/\s/)[0]), name);
    await browser.fits(page);
  }
  const seeing = await opened(t, 'centre', `${path}?tab=photos`);
  for (const pane of PANES) {
    await seeing.page.goto(new URL(`${path}?tab=${pane}`, seeing.browser.origin).href);
    await seeing.browser.accessible(seeing.page);
  }
  await seeing.page.goto(new URL(`${path}?tab=photos`, seeing.browser.origin).href);
  const columns = await seeing.page.locator('.compare > section').evaluateAll(all => all.map(e => e.getBoundingClientRect()));
  t.equal(columns.length, 2);
  t.equal(Math.round(columns[0].top), Math.round(columns[1].top), 'before and after stand beside each other');
  t.at_least(columns[1].left, columns[0].right);
  for (const section of await seeing.page.locator('.compare > section').all()) {
    t.at_least(await section.locator('img, .photo-wait').count(), 1, 'a photo, or the words that there is none yet');
  }
}, {timeout: 200});

story('with JavaScript a pane changes in place and keeps what is being typed', async t => {
  t.server = await t.tongxin({now: NOW});
  const path = await filed_case(t.server);
  const {page} = await opened(t, 'centre', `${path}?do=dispatch&track=0`);
  await page.fill('textarea[name=opinion]', '请今日现场核查');
  await page.focus('.panes a:has-text("时限计算")');
  await page.keyboard.press('Enter');
  await page.waitForSelector('#process .counted');
  t.has(page.url(), 'tab=clocks');
  t.equal(await page.inputValue('textarea[name=opinion]'), '请今日现场核查');
  t.at_least(await page.locator('#process .lines li').count(), 1, 'the clock is explained line by line');
}, {timeout: 90});

story('whoever dispatches is told whom the catalogue names and decides alone', async t => {
  t.server = await t.tongxin({now: NOW});
  const path = await filed_case(t.server);
  const {browser, page} = await opened(t, 'centre', `${path}?do=dispatch&track=0`);
  t.has(await page.innerText('.advice'), '目录载明');
  t.has(await page.innerText('select[name=department]'), '城市管理局');
  t.equal(await page.locator('select[name=department] optgroup').first().getAttribute('label'), '推荐（按目录）');
  await browser.shot(page, 'case-dispatch');
}, {timeout: 90});

story('the second of two people is told what the first did, and keeps what was typed', async t => {
  t.server = await t.tongxin({now: NOW});
  const path = await filed_case(t.server);
  for (const options of [{}, {javaScriptEnabled: false}]) {
    const slow = await opened(t, 'duty', `${path}?do=link&track=0`, options);
    slow.browser.expect_complaint(/status of 4\d\d/);
    const fast = await t.server.signed_in(null, 'centre');
    const form = (await fast.get(`${path}?do=correct-place&track=0`)).form({action: `${path}/act`});
    const reply = await form.submit(fast, {address: `后门向西${Object.keys(options).length + 10}米`});
    t.equal(reply.status, 200);
    await slow.page.fill('input[name=related]', '620302-2026-000003');
    const before = await fast.get(path);
    await Promise.all([slow.page.waitForNavigation(), slow.page.press('input[name=related]', 'Enter')]);
    const said = await slow.page.innerText('#between');
    t.has(said, '您打开这页以后');
    t.has(said, '更正位置');
    t.has(said, `后门向西${Object.keys(options).length + 10}米`);
    t.equal(await slow.page.inputValue('input[name=related]'), '620302-2026-000003', 'what was typed stays');
    const after = await fast.get(path);
    t.equal((after.text.match(/<li class="(late)?">/g) ?? []).length, (before.text.match(/<li class="(late)?">/g) ?? []).length,
      'nothing was done');
    if (!Object.keys(options).length) {
      await slow.browser.accessible(slow.page);
      await slow.browser.shot(slow.page, 'case-between');
    }
  }
}, {timeout: 150});

story('a case that is watched is marked, and unmarked again, without JavaScript too', async t => {
  t.server = await t.tongxin({now: NOW});
  const path = await filed_case(t.server);
  const {page} = await opened(t, 'centre', path, {javaScriptEnabled: false});
  await Promise.all([page.waitForNavigation(), page.click('button:has-text("关注")')]);
  t.has(await page.innerText('main'), '已关注');
  await Promise.all([page.waitForNavigation(), page.click('button:has-text("取消关注")')]);
  t.has(await page.innerText('main'), '已取消关注');
}, {timeout: 90});
