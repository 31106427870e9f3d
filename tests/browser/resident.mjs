// Residents' pages as they look: on narrow and wide phones and at a desk, in both languages, without JavaScript.
// timeout: 600
import {share, story} from '../lib/story.mjs';
import {make_jpeg} from '../lib/jpeg.mjs';

const NOW = '2026-11-23T10:18:00+08:00';
const SIZES = [[320, 640], [390, 844], [1280, 800]];
const PAGES = {home: '/', report: '/report', track: '/track', cases: '/public/cases', privacy: '/privacy',
  accessibility: '/accessibility', verify: '/verify?code=5', demo: '/demo'};

const plate_of = async server =>
  (await server.sql('SELECT plate FROM place WHERE plate IS NOT NULL ORDER BY id LIMIT 1'))[0][0];

// No button, row or picture is smaller than a thumb.
const TARGETS = 'main button, main .button, main select, main summary, main .tile, main .row, main .tap, main .pills label';
async function big_enough(t, page) {
  const small = await page.evaluate(targets => [...document.querySelectorAll(targets)]
    .filter(e => e.checkVisibility() && !e.classList.contains('hide'))
    .map(e => ({what: e.textContent.trim().slice(0, 20), height: e.getBoundingClientRect().height}))
    .filter(e => e.height < 43.5), TARGETS);
  t.same(small, [], `${page.url()}: targets under 44 px`);
}

async function look(t, browser, page, name) {
  await browser.shot(page, `resident-${name}`);
  await browser.fits(page);
  await browser.accessible(page);
  if (page.viewportSize().width < 900) await big_enough(t, page);
}

for (const language of share(['zh', 'en'])) {
  story(`every page of the public reads well in ${language}`, async t => {
    const server = await t.tongxin({now: NOW});
    const browser = await t.browser(server.origin, {locale: language === 'zh' ? 'zh-CN' : 'en-US'});
    for (const [width, height] of SIZES) {
      const page = await browser.person(null, {viewport: {width, height}});
      for (const [name, path] of Object.entries(PAGES)) {
        t.step(`${name} at ${width}`);
        await page.goto(`${server.origin}${path}`);
        await look(t, browser, page, `${name}-${width}-${language}`);
      }
      await page.context().close();
    }
  }, {timeout: 300});
}

story('a report from the plate to the receipt, without JavaScript', async t => {
  const server = await t.tongxin({now: NOW});
  const browser = await t.browser(server.origin, {viewport: {width: 390, height: 844}, hasTouch: true});
  const page = await browser.person(`/p/${await plate_of(server)}`, {javaScriptEnabled: false});
  t.step('something is missing: what was typed stays');
  browser.expect_complaint(/422/);
  await page.locator('label.tile', {hasText: '垃圾没人清'}).click();
  await page.setInputFiles('input[name=photos]', {name: 'bin.jpg', mimeType: 'image/jpeg', buffer: make_jpeg(640, 480)});
  await page.fill('[name=address]', '后门');
  await page.locator('summary', {hasText: '留个称呼'}).click();
  await page.fill('[name=phone]', '123');
  await page.locator('.bar button').click();
  t.has(await page.innerText('#faults'), '手机');
  t.equal(await page.inputValue('[name=address]'), '后门');
  t.equal(await page.locator('.shot img').count(), 1, 'the photo is kept');
  await browser.shot(page, 'resident-fault-390-zh');
  t.step('sent');
  await page.fill('[name=phone]', '');
  await page.fill('[name=description]', '3号楼下面的垃圾桶三天没清了，味道很大');
  await page.locator('.bar button').click();
  if (await page.locator('.ask').count()) {
    await browser.shot(page, 'resident-near-390-zh');
    await page.locator('.ask .primary').click();
  }
  t.has(await page.innerText('main'), '收到了，谢谢您');
  const path = new URL(page.url()).pathname;
  for (const [width, height] of SIZES) {
    const seen = await browser.person(`${path}?new=1`, {viewport: {width, height}});
    await look(t, browser, seen, `receipt-${width}-zh`);
    await seen.context().close();
  }
  const english = await browser.person(`${path}?lang=en`);
  await look(t, browser, english, 'receipt-390-en');
}, {timeout: 240});
