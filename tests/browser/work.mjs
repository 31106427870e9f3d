// Whole jobs in a real browser on both databases. A centre composes a whistle, its leader approves, a department reports in
// on the spot by telephone; a department takes on, returns, asks for time and answers with evidence. At desk and telephone
// width, in both languages, with and without JavaScript; what is late is told on the open desk.
// databases: sqlite postgresql
// timeout: 300
import {story} from '../lib/story.mjs';
import {open_browser} from '../lib/browser.mjs';
import {filed_case} from '../lib/cases.mjs';
import {make_jpeg} from '../lib/jpeg.mjs';
import {valid_html} from '../lib/valid.mjs';

const NOW = '2026-11-23T09:30:00+08:00';
const PLAIN = {javaScriptEnabled: false};
const PHONE = {viewport: {width: 390, height: 844}, isMobile: true, hasTouch: true};
const go = (page, what) => Promise.all([page.waitForNavigation(), page.click(what)]);

async function opened(t, account, path, options = {}) {
  t.server ??= await t.tongxin({now: NOW});
  const browser = await open_browser(t.server.origin, options);
  t.after(problem => browser.close({check: !problem}));
  const page = await browser.person();
  await browser.sign_in(page, (await t.server.roles()).find(r => r.account === account));
  await page.goto(new URL(path, browser.origin).href);
  return {browser, page};
}

const photo = {name: 'after.jpg', mimeType: 'image/jpeg', buffer: Buffer.from(make_jpeg(64, 48))};

// Chooses the option whose words fit, whatever its value.
async function choose(page, name, words) {
  const value = await page.locator(`select[name="${name}"] option`, {hasText: words}).first().getAttribute('value');
  await page.selectOption(`select[name="${name}"]`, value);
}

story('a whistle is composed, approved, and a department reports in on the spot', async t => {
  const plain = await opened(t, 'centre', '/open/whistle/draft', {...PLAIN, viewport: {width: 320, height: 700}});
  plain.browser.expect_complaint(/status of 4\d\d/);
  t.has(await plain.page.innerText('#preview'), '还没有选部门');
  await plain.page.check('input[name=kind][value=drive]');
  await plain.page.fill('[name=problem]', '后门餐厨垃圾');
  await choose(plain.page, 'lead', '市场监督管理局');
  await plain.page.locator('label:has-text("环境卫生中心") input[name=assist]').check();
  await go(plain.page, 'button[name=_again][value=preview]');
  const called = await plain.page.locator('#preview tbody').first().innerText();
  for (const words of ['市场监督管理局', '牵头', '环境卫生中心', '协同', '15 个工作日']) t.has(called, words);
  t.has(await plain.page.innerText('#preview .told'), '街道领导');
  t.equal(await plain.page.inputValue('[name=problem]'), '后门餐厨垃圾', 'what was typed stays');
  await plain.browser.fits(plain.page);
  await plain.page.fill('[name=problem]', '短');
  await plain.page.locator('form#act').evaluate(form => { form.noValidate = true; }).catch(() => 0);
  await go(plain.page, '#act .actions button[type=submit]');
  t.has(await plain.page.innerText('.field.wrong'), '吹哨事由');
  t.equal(await plain.page.inputValue('[name=problem]'), '短');

  const {browser, page} = await opened(t, 'centre', '/open/whistle/draft');
  await page.check('input[name=kind][value=emergency]');
  await page.waitForSelector('#preview tr.chosen:has-text("应急哨")');
  await page.fill('[name=problem]', '后门餐厨垃圾长期堆放，需几家一起到场');
  await choose(page, 'lead', '市场监督管理局');
  await page.waitForSelector('#preview tbody tr:has-text("市场监督管理局")');
  t.has(await page.innerText('#preview'), '5 分钟');
  t.equal(await page.inputValue('[name=problem]'), '后门餐厨垃圾长期堆放，需几家一起到场', 'the form is left alone');
  await page.check('input[name=kind][value=daily]');
  await page.fill('[name=meeting-place]', '街道综治中心');
  await browser.accessible(page);
  await valid_html(await page.content(), 'composer');
  await browser.shot(page, 'work-composer');
  await go(page, '#act .actions button[type=submit]');
  const code = await page.innerText('h1');
  t.has(code, '哨');
  t.has(page.url(), '/case/');

  const leader = await opened(t, 'leader', `/case/${encodeURIComponent(code)}?lang=en&do=approve&track=0`);
  await go(leader.page, '#act button.primary');
  t.has(await leader.page.innerText('main'), 'Blown');

  const market = await opened(t, 'market', '/desk?lang=en', {...PHONE, permissions: ['geolocation'],
    geolocation: {longitude: 102.142, latitude: 38.466, accuracy: 8}});
  market.browser.expect_complaint(/status of 4\d\d/);
  await go(market.page, `a:visible:has-text("${code}")`);
  await market.page.click('a.jump');
  await go(market.page, '.acts a:has-text("Sign in on arrival")');
  await market.page.click('[data-locate]');
  await market.page.waitForFunction(() => document.querySelector('[name="arrived-at.lon"]').value === '102.142000');
  await market.browser.accessible(market.page);
  await market.browser.fits(market.page);
  await go(market.page, '#act button.primary');
  t.has(await market.page.innerText('main'), 'On the spot');
  await go(market.page, '.acts a:has-text("Report")');
  await market.page.fill('[name=done-what]', 'Told the owner to clear it and to use the bins');
  await market.page.locator('form#act').evaluate(form => { form.noValidate = true; });
  await go(market.page, '#act button.primary');
  t.has(await market.page.innerText('.field.wrong'), 'Photos');
  t.equal(await market.page.inputValue('[name=done-what]'), 'Told the owner to clear it and to use the bins');
  await market.page.setInputFiles('input[name=done-photos]', photo);
  await go(market.page, '#act button.primary');
  t.has(await market.page.innerText('main'), 'Reported');
}, {timeout: 240});

story('a department takes a case on, is told what is wrong, asks for time, and answers with evidence', async t => {
  t.server = await t.tongxin({now: NOW});
  const path = await filed_case(t.server);
  const centre = await opened(t, 'centre', `${path}?do=dispatch&track=0`, PLAIN);
  await choose(centre.page, 'department', '城市管理局');
  await go(centre.page, '#act .actions button');
  const urban = await opened(t, 'urban', '/desk', {...PHONE, ...PLAIN});
  urban.browser.expect_complaint(/status of 4\d\d/);
  const phone = urban.page;
  const act = async title => {
    await phone.goto(new URL(path, urban.browser.origin).href);
    const chosen = await phone.locator('.acts a[aria-current]').allInnerTexts();
    if (chosen.join() !== title) await go(phone, `.acts a:text-is("${title}")`);
  };
  const send = () => go(phone, '#act .actions button');
  await act('签收');
  await send();
  t.has(await phone.innerText('main'), '处置中');
  await act('退回');
  await phone.fill('[name=return-reason]', '不');
  await send();
  t.has(await phone.innerText('.field.wrong'), '退回原因');
  t.equal(await phone.inputValue('[name=return-reason]'), '不', 'what was typed stays');
  t.equal(await phone.locator('[name=return-reason]').getAttribute('aria-invalid'), 'true');
  await act('申请延期');
  await phone.fill('[name=extra-days]', '2');
  await phone.fill('[name=extension-reason]', '需要等吊车进场');
  await send();
  await centre.page.goto(new URL('/desk?list=approvals', centre.browser.origin).href);
  await go(centre.page, '.cases td.id a');
  await go(centre.page, '.acts a:text-is("同意延期")');
  await go(centre.page, '#act .actions button');
  await act('处置完成');
  await phone.fill('[name=result]', '已清运并冲洗地面');
  await phone.fill('[name=answer]', '您反映的垃圾已清运，地面已冲洗');
  await phone.setInputFiles('input[name=after-photos]', photo);
  await urban.browser.fits(phone);
  await send();
  t.has(await phone.innerText('main'), '待反馈审核');
  await phone.goto(new URL(`${path}?tab=photos`, urban.browser.origin).href);
  t.equal(await phone.locator('.compare > section').last().locator('img').count(), 1, 'the evidence stands under “after”');
  await phone.goto(new URL('/own?lang=en', urban.browser.origin).href);
  t.has(await phone.innerText('main'), 'no ranking');
  await urban.browser.fits(phone);
}, {timeout: 200});

story('what becomes late while a desk is open is told there by name, without reloading', async t => {
  t.server = await t.tongxin({now: NOW});
  const client = await t.server.signed_in(null, 'centre');
  const dues = [...(await client.get('/desk')).text.matchAll(/data-code="([^"]+)" data-due="(\d+)"/g)];
  const next = dues.map(m => ({code: m[1], due: Number(m[2])})).filter(m => m.due > Date.parse(NOW))
    .sort((a, b) => a.due - b.due)[0];
  if (!next) throw new Error('nothing on the desk has an end still to come');
  const soon = new Date(next.due - 12_000 + 8 * 3600_000).toISOString().replace(/\.\d+Z$/, '+08:00');
  await t.server.restart({now: soon});
  const {browser, page} = await opened(t, 'centre', '/desk');
  await page.waitForSelector('#toast.late:not([hidden])', {timeout: 40_000});
  const said = await page.innerText('#toast');
  t.has(said, '超期预警');
  t.has(said, next.code);
  await browser.accessible(page);
}, {timeout: 120});

story('the desk, a list and a case fit 320 and 1920 pixels and print on A4 without menus and forms', async t => {
  t.server = await t.tongxin({now: NOW});
  const path = await filed_case(t.server);
  const {browser, page} = await opened(t, 'centre', '/desk');
  for (const width of [320, 1920]) {
    await page.setViewportSize({width, height: 1080});
    for (const one of ['/desk', '/cases', path, '/open/whistle/draft', '/phrases', '/desk?list=callbacks']) {
      await page.goto(new URL(one, browser.origin).href);
      await browser.fits(page);
    }
    await page.goto(new URL('/desk', browser.origin).href);
    await browser.shot(page, `work-desk-${width}`);
  }
  await page.emulateMedia({media: 'print'});
  await page.setViewportSize({width: 794, height: 1123}); // A4 at 96 dots an inch
  for (const one of ['/cases', path]) {
    await page.goto(new URL(one, browser.origin).href);
    for (const what of ['.top', '.side', '.acts', '.filter']) {
      t.equal(await page.locator(what).filter({visible: true}).count(), 0, `${one} prints no ${what}`);
    }
    t.at_least((await page.pdf({format: 'A4'})).length, 10_000);
    await browser.fits(page);
  }
}, {timeout: 150});
