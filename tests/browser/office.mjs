// The further pages of the administrator, the auditor and the community: accessible and fitting at desk and telephone width.
// databases: sqlite
// timeout: 240
import {share, story} from '../lib/story.mjs';

const DESK = {viewport: {width: 1440, height: 900}};
const PHONE = {viewport: {width: 390, height: 844}, isMobile: true, hasTouch: true};
const PAGES = {
  books: ['admin', '/admin/procedures', '/admin/procedures/reception', '/admin/procedure-check?from=reception',
    '/admin/catalogue?q=0131', '/admin/catalogue/urban-yuncheng/event/0131', '/admin/calendar'],
  office: ['admin', '/admin/orgs', '/admin/orgs/new', '/admin/orgs/3', '/admin/keys', '/admin/people/import', '/admin/grids',
    '/admin/grids/import', '/admin/grids/draw'],
  check: ['auditor', '/audit', '/audit/openings', '/audit/verify'],
  turns: ['community', '/team/rota'],
};

const LOOKED_AT = share([['desk', DESK], ['phone', PHONE]]);

for (const [area, [account, ...paths]] of Object.entries(PAGES)) {
  const widths = LOOKED_AT.map(w => w[0]).join();
  story(`the pages of ${account} (${area}) are accessible and fit (${widths}), the first in English too`, async t => {
    const server = await t.tongxin({now: '2026-11-23T09:30:00+08:00'});
    const role = (await server.roles()).find(r => r.account === account);
    const browser = await t.browser(server.origin);
    for (const [width, options] of LOOKED_AT) {
      const page = await browser.person(null, {...options});
      await browser.sign_in(page, role);
      for (const [i, path] of [...paths, `${paths[0].split('?')[0]}?lang=en`].entries()) {
        t.step(`${width} ${path}`);
        await page.goto(new URL(path, browser.origin).href);
        await browser.accessible(page);
        await browser.fits(page);
        await browser.shot(page, `${area}-${i}-${width}`);
      }
      await page.context().close();
    }
  }, {timeout: 150});
}
