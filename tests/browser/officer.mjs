// The community officer’s whole job in a real browser, on both databases, at desk and telephone width: what came in is accepted
// or solved here, what cannot be solved is passed up; vacancies of 1+2+N, the rota of a stairwell, a notice that hangs.
// databases: sqlite postgresql
// timeout: 400
import {story} from '../lib/story.mjs';
import {open_browser} from '../lib/browser.mjs';
import {make_jpeg} from '../lib/jpeg.mjs';

const NOW = '2026-11-23T09:30:00+08:00';
const PHONE = {viewport: {width: 390, height: 844}, isMobile: true, hasTouch: true};
const photo = {name: 'after.jpg', mimeType: 'image/jpeg', buffer: Buffer.from(make_jpeg(64, 48))};
const go = (page, what) => Promise.all([page.waitForNavigation(), page.click(what)]);

// Reports of residents from a plate of the officer's own community.
async function reports(server, descriptions) {
  const [[plate]] = await server.sql('SELECT p.plate FROM place p WHERE p.plate IS NOT NULL AND p.valid_to IS NULL AND ' +
    'p.community = (SELECT o.community FROM post o JOIN account a ON a.district = o.district AND a.person = o.person ' +
    "WHERE a.login = 'community' ORDER BY o.id LIMIT 1) ORDER BY p.id LIMIT 1");
  const codes = [];
  for (const description of descriptions) {
    const client = server.client();
    const form = (await client.get(`/p/${plate}`)).form({has: 'description'});
    const category = form.options('category').find(o => o.value && o.value.includes('event')).value;
    let reply = await form.submit(client, {category, description}, {button: '提交上报'});
    if (reply.words().includes('是同一件事吗')) {
      reply = await reply.form({has: 'description'}).submit(client, {}, {button: '都不是'});
    }
    codes.push((await server.sql('SELECT code FROM matter ORDER BY id DESC LIMIT 1'))[0][0]);
  }
  return codes;
}

async function first_place(page) {
  const place = page.locator('select[name=place]');
  if (await place.count() && !await place.inputValue()) await place.selectOption({index: 1});
}

async function job(t, server, width, options, [to_accept, to_solve]) {
  const browser = await open_browser(server.origin, options);
  t.after(problem => browser.close({check: !problem}));
  browser.expect_complaint(/status of 4\d\d/);
  const page = await browser.person();
  const at = path => page.goto(new URL(path, browser.origin).href);
  const look = async name => {
    await browser.accessible(page);
    await browser.fits(page);
    await browser.shot(page, `officer-${name}-${width}`);
  };
  await browser.sign_in(page, (await server.roles()).find(r => r.account === 'community'));

  t.step(`${width}: what came in waits on the desk`);
  await at('/desk');
  for (const code of [to_accept, to_solve]) t.has(await page.innerText('main'), code);
  await look('desk');

  t.step(`${width}: one is accepted and goes to the grid worker`);
  await at(`/case/${to_accept}?do=accept&track=0`);
  await first_place(page);
  await look('accept');
  await go(page, 'form#act .actions button[type=submit]');
  t.has(await page.innerText('main'), '待核实');

  t.step(`${width}: one is solved here; without a photo it is refused and what was typed stays`);
  await at(`/case/${to_solve}?do=solve-here&track=0`);
  await page.fill('[name=result]', '已当场清扫，和住户说好');
  await page.fill('[name=answer]', '您反映的问题已当场处理，谢谢');
  await page.locator('form#act').evaluate(form => { form.noValidate = true; });
  await go(page, 'form#act .actions button[type=submit]');
  t.equal(await page.inputValue('[name=result]'), '已当场清扫，和住户说好');
  t.equal(await page.locator('.field.wrong input[type=file]').count(), 1, 'the photo is pointed at');
  await look('wrong');
  await page.setInputFiles('input[name=after-photos][type=file]', photo);
  await go(page, 'form#act .actions button[type=submit]');
  t.has(await page.innerText('main'), '已提交');

  t.step(`${width}: what the community cannot solve is passed up`);
  await at('/open/incident/report-by-grid');
  await page.fill('[name=description]', `井盖破损，社区处理不了（${width}）`);
  await first_place(page);
  await page.setInputFiles('input[name=photos][type=file]', photo);
  const category = page.locator('select[name=category]');
  const value = await category.locator('option[value*=event]').first().getAttribute('value');
  await category.selectOption(value);
  await go(page, 'form#act .actions button[type=submit]');
  const centre = await server.signed_in(null, 'centre');
  t.has((await centre.get('/desk')).words(), `社区处理不了（${width}）`);

  t.step(`${width}: vacancies, the rota`);
  await at('/team/vacancies');
  t.has(await page.innerText('main'), '缺岗');
  await look('vacancies');
  await at('/team/rota');
  await look('rota');

  t.step(`${width}: a notice hangs on the board and on the page`);
  await at('/open/notice/publish');
  await first_place(page);
  await page.fill('[name=heading]', `示例停水通知（${width}）`);
  await page.fill('[name=text]', '本周六上午检修水管，请提前储水。');
  if (await page.locator('input[name=where][value=both]').count()) await page.check('input[name=where][value=both]');
  else await page.selectOption('select[name=where]', 'both');
  await look('notice');
  await go(page, 'form#act .actions button[type=submit]');
  t.has(await page.innerText('main'), '已提交');
  t.has((await server.client().get('/public/notices')).words(), `示例停水通知（${width}）`);
}

story('a community officer accepts, solves here, passes up, looks after posts and rota, and hangs a notice', async t => {
  const server = await t.tongxin({now: NOW});
  const codes = await reports(server, ['单元门口堆放杂物挡路', '楼道里有泼洒的油污', '绿地里有丢弃的旧沙发', '门前积水没有排走']);
  await job(t, server, 'desk', {viewport: {width: 1440, height: 900}}, codes.slice(0, 2));
  await job(t, server, 'phone', PHONE, codes.slice(2));
}, {timeout: 380});
