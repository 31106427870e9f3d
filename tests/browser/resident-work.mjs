// A resident's whole way on a phone: plate, picture, photo, receipt, what follows; every state a receipt can be in.
// timeout: 500
import {share, story} from '../lib/story.mjs';
import {make_jpeg} from '../lib/jpeg.mjs';

const NOW = '2026-11-23T10:18:00+08:00';
const BIG = {name: 'IMG_2042.jpg', mimeType: 'image/jpeg', buffer: make_jpeg(2400, 1800)};
const plate_of = async server =>
  (await server.sql('SELECT plate FROM place WHERE plate IS NOT NULL ORDER BY id LIMIT 1'))[0][0];

async function look(browser, page, name) {
  await browser.fits(page);
  await browser.accessible(page);
  await browser.shot(page, `resident-${name}`);
}

story('three taps and a photo from the plate: the photo is made small on the phone, the receipt says the next date', async t => {
  const server = await t.tongxin({now: NOW});
  const browser = await t.browser(server.origin, {viewport: {width: 390, height: 844}, hasTouch: true});
  const page = await browser.person(`/p/${await plate_of(server)}`);
  await page.locator('label.tile', {hasText: '垃圾没人清'}).click();
  t.has(await page.innerText('[data-finer]'), '/', 'the finer kind is said');
  await page.setInputFiles('#photos', BIG);
  await page.waitForSelector('.shot.chosen');
  await page.setInputFiles('#photos', {...BIG, name: 'second.jpg'});
  await page.waitForFunction(() => document.querySelectorAll('.shot.chosen').length === 2);
  t.step('one photo too many is taken off again');
  await page.locator('.shot.chosen button').last().click();
  t.equal(await page.evaluate(() => document.querySelector('#photos').files.length), 1);
  await look(browser, page, 'filled-390-zh');
  await page.locator('.bar button').click();
  if (await page.locator('.ask').count()) await page.locator('.ask .primary').click();
  await page.waitForURL('**/r/*');
  t.has(await page.innerText('main'), '最迟到');
  t.ok(await page.locator('svg.qr').count(), 'a QR code');
  const [[width]] = await server.sql('SELECT width FROM file ORDER BY id DESC LIMIT 1');
  const [[name]] = await server.sql('SELECT summary FROM matter ORDER BY id DESC LIMIT 1');
  t.equal(Number(width), 1600);
  t.ok(name.length > 1, 'the kind says what it is');
  const receipt = page.url();
  t.step('printed on A4: code and QR, no buttons');
  await page.emulateMedia({media: 'print'});
  await page.setViewportSize({width: 794, height: 1123});
  t.ok(await page.locator('svg.qr').isVisible());
  t.has(await page.innerText('main'), new URL(receipt).pathname.split('/')[2]);
  for (const what of ['.top', '.acts', 'main button']) {
    t.equal(await page.locator(what).filter({visible: true}).count(), 0, `the print has no ${what}`);
  }
  await browser.fits(page);
  await browser.shot(page, 'receipt-a4-zh');
  await page.emulateMedia({media: null});
  await page.setViewportSize({width: 390, height: 844});
  t.step('a neighbour is asked before a second report, and "me too" gives a receipt of their own');
  const neighbour = await browser.person(`/p/${await plate_of(server)}`);
  t.has(await neighbour.innerText('main'), '我也遇到了');
  await neighbour.locator('button[name=follow]').first().click();
  await neighbour.waitForURL('**/r/*');
  t.not_equal(neighbour.url(), receipt);
  t.step('urged; pressed again in another window: told that it is too soon, and what was typed stays');
  const other = await browser.person(new URL(receipt).pathname);
  for (const one of [page, other]) {
    await one.locator('#act-urge summary').click();
    await one.fill('#urge-urge-note', '还是没人来');
    if (one === other) browser.expect_complaint(/4\d\d/);
    await one.locator('#act-urge button[type=submit]').click();
    await one.waitForLoadState();
  }
  t.has(await page.innerText('main'), '还是没人来', 'it stands in the story');
  t.ok(await other.locator('[role=alert]').count(), 'the second is told');
  await look(browser, other, 'too-soon-390-zh');
}, {timeout: 120});

const LANGUAGES = share([['zh-CN', 'zh'], ['en-US', 'en']]);

story(`every state a receipt can be in reads well at 390 and 320 px and at a desk (${LANGUAGES.map(l => l[1])})`, async t => {
  const server = await t.tongxin({now: NOW});
  const client = server.client();
  const [[place]] = await server.sql(`SELECT p.place FROM post p JOIN account a ON a.district = p.district
    AND a.person = p.person WHERE a.login = 'community'`);
  const send = async words => {
    const reply = await client.post('/report', {near: 'seen', description: words, place});
    t.status(reply, 200, words);
    return new URL(reply.url).pathname.split('/')[2];
  };
  const reported = await send('路灯一直不亮'), gone = await send('已经自己修好了'), refused = await send('邻居借钱不还');
  const withdrawn = await client.get(`/r/${gone}`);
  t.status(await withdrawn.form({action: '/withdraw'}).submit(client, {}), 200);
  const [[code]] = await server.sql(`SELECT m.code FROM matter m JOIN reporter r ON r.district = m.district
    AND r.matter = m.id WHERE r.receipt = '${refused}'`);
  const centre = await server.signed_in(null, 'centre');
  const link = (await centre.get(`/case/${code}`)).links().find(l => l.href.includes('do=refuse&'));
  const form = (await centre.get(link.href)).form({action: '/refuse'});
  t.status(await form.submit(centre, {'refusal-kind': 'market', refusal: '属于民间借贷，可到法院起诉'}), 200);
  await server.stop();
  server.now = '2026-11-30T10:18:00+08:00'; // what was only reported is late by now
  await server.start();
  await t.until('it is late', async () => (await server.client().get(`/r/${reported}`)).words().includes('已超过时限'), {seconds: 20});
  const kept = await server.sql(`SELECT min(r.receipt), m.stage FROM reporter r JOIN matter m ON m.district = r.district
    AND m.id = r.matter WHERE r.receipt NOT IN ('${reported}', '${gone}', '${refused}') GROUP BY m.stage`);
  const states = [...kept, [reported, 'late'], [gone, 'withdrawn'], [refused, 'refused']];
  t.ok(kept.some(s => s[1] === 'closed'), kept.map(s => s[1]).join());
  for (const [locale, language] of LANGUAGES) {
    const browser = await t.browser(server.origin, {locale, hasTouch: true});
    for (const [width, height] of [[390, 844], [320, 640], [1280, 800]]) {
      const page = await browser.person(null, {viewport: {width, height}});
      for (const [receipt, stage] of states) {
        t.step(`${stage} at ${width} in ${language}`);
        await page.goto(`${server.origin}/r/${receipt}`);
        await look(browser, page, `receipt-${stage}-${width}-${language}`);
      }
      await page.context().close();
    }
  }
}, {timeout: 300});

story('one\'s own page, with matters and without, and a map for choosing a place', async t => {
  const server = await t.tongxin({now: NOW});
  for (const [locale, language, width] of [['zh-CN', 'zh', 390], ['en-US', 'en', 320]]) {
    const browser = await t.browser(server.origin, {locale, viewport: {width, height: 844}, hasTouch: true});
    const page = await browser.person();
    await browser.sign_in(page, (await server.roles()).find(r => r.account === 'resident2'));
    await page.goto(`${server.origin}/me`);
    await look(browser, page, `me-empty-${width}-${language}`);
    await page.goto(`${server.origin}/report`);
    await page.locator('label.tile').nth(2).click();
    await page.setInputFiles('#photos', BIG);
    await page.waitForSelector('.shot.chosen');
    await page.locator('[data-map-open]').click();
    await page.waitForSelector('#pick .leaflet-container');
    await page.locator('#pick .map').click({position: {x: 120, y: 120}});
    await page.waitForFunction(() => /^\d+\.\d+,\d+\.\d+$/.test(document.querySelector('[name=position]').value));
    await look(browser, page, `map-${width}-${language}`);
    await page.locator('.bar button').click();
    if (await page.locator('.ask').count()) await page.locator('.ask .primary').click();
    await page.waitForURL('**/r/*');
    await page.goto(`${server.origin}/me`);
    t.ok(await page.locator('a.row[href^="/r/"]').count(), 'it stands among my matters');
    await look(browser, page, `me-${width}-${language}`);
  }
}, {timeout: 150});

story('the first load of every plain resident page is under 35 kB, photos of a case aside', async t => {
  const server = await t.tongxin({now: NOW});
  const [[receipt]] = await server.sql('SELECT receipt FROM reporter ORDER BY id LIMIT 1');
  const plate = await plate_of(server);
  for (const path of ['/', '/report', `/p/${plate}`, '/track', `/r/${receipt}`, '/public/notices', '/public/cases']) {
    const browser = await t.browser(server.origin, {viewport: {width: 390, height: 844}});
    const page = await browser.person();
    let bytes = 0;
    const client = await page.context().newCDPSession(page);
    await client.send('Network.enable');
    await client.send('Network.setCacheDisabled', {cacheDisabled: true});
    const photos = new Set();
    client.on('Network.requestWillBeSent', event => event.request.url.includes('/photo/') && photos.add(event.requestId));
    client.on('Network.loadingFinished', event => { bytes += photos.has(event.requestId) ? 0 : event.encodedDataLength; });
    await page.goto(`${server.origin}${path}`, {waitUntil: 'networkidle'});
    console.log(`# ${path.slice(0, 16)} ${bytes} bytes`);
    t.at_most(bytes, 35000, path);
    t.at_least(bytes, 4000, path);
  }
}, {timeout: 120});
