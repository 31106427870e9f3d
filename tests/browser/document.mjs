// Papers in a real browser: their list at a desk and on a telephone, and the page their QR leads to.
// timeout: 200
import {story} from '../lib/story.mjs';
import {open_browser} from '../lib/browser.mjs';
import {valid_html} from '../lib/valid.mjs';

for (const [lang, width, list, verify] of [['zh-CN', 1440, '文书', '文书核验'], ['en', 390, 'Papers', 'Is this paper genuine?']]) {
  story(`the papers of a case, and the page that verifies one, at ${width} pixels in ${lang}`, async t => {
    const server = await t.tongxin({now: '2026-11-23T10:00:00+08:00'});
    const [[code, paper]] = await server.sql(`SELECT m.code, d.code FROM document d
      JOIN matter m ON m.district = d.district AND m.id = d.matter ORDER BY d.id LIMIT 1`);
    const browser = await open_browser(server.origin, {locale: lang, viewport: {width, height: 844}});
    t.after(problem => browser.close({check: !problem}));
    const page = await browser.person();
    await browser.sign_in(page, (await server.roles()).find(r => r.account === 'district'));
    for (const [path, title] of [[`/case/${code}/papers`, list], [`/paper/${paper}`, verify]]) {
      await page.goto(new URL(path, browser.origin).href);
      t.equal(await page.locator('h1').innerText(), title);
      await valid_html(await page.content(), path);
      await browser.accessible(page);
      await browser.fits(page);
      await browser.shot(page, `document-${width}-${title}`);
    }
  });
}
