// The catalogue on its pages: found by scheme and words, a code with its conditions, limits and dates.
import {story} from '../lib/story.mjs';

story('the catalogue is looked through by those who keep it, also where a code is in no catalogue', async t => {
  const server = await t.tongxin();
  const admin = await server.signed_in(null, 'admin');
  const page = await admin.get('/admin/catalogue?scheme=urban-yuncheng&q=0131');
  t.has(page.text, 'href="/admin/catalogue/urban-yuncheng/event/0131"');
  const one = await admin.get('/admin/catalogue/urban-yuncheng/event/0131');
  t.has(one.words(), '立案条件');
  t.has(one.words(), '一般时限');
  t.has((await admin.get('/admin/catalogue?q=%3Cscript%3E')).text, '&lt;script&gt;');
  t.status(await admin.get('/admin/catalogue/urban-yuncheng/event/9999'), 404);
  t.status(await (await server.signed_in(null, 'auditor')).get('/admin/catalogue'), 200);
  t.status(await (await server.signed_in(null, 'centre')).get('/admin/catalogue'), 403);
});
