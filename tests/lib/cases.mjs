// Cases made through the pages, as people would, for stories that need one in a certain stage.

const CATEGORY = 'urban-yuncheng/event/0131';

// A case a centre registered and filed: it waits to be dispatched. Gives its path, "/case/CODE".
export async function filed_case(server, description = '面馆后门长期堆放餐厨垃圾，有异味') {
  const centre = await server.signed_in(null, 'centre');
  const opening = (await centre.get('/open/incident/register')).form({action: '/open/incident/register'});
  const place = opening.options('place').find(o => /网格/.test(o.text)).value;
  const values = {description, place, source: 'leader', danger: 'none', reach: 'few', category: CATEGORY,
                  'position.lon': '102.142', 'position.lat': '38.466', name: '张示例', phone: '13800002091'};
  const reply = await opening.submit(centre, values);
  const link = reply.links().find(l => /^\/case\/[^/]+$/.test(l.href));
  if (!link) throw new Error(`the case was not registered: ${reply.status} ${reply.words().slice(0, 300)}`);
  const page = await centre.get(`${link.href}?do=file&track=0`);
  const form = page.form({action: `${link.href}/act`});
  const condition = form.options('condition')?.[0]?.value ?? '1';
  const done = await form.submit(centre, {category: CATEGORY, condition, danger: 'none', reach: 'few', place});
  if (done.status !== 200) throw new Error(`the case was not filed: ${done.status} ${done.words().slice(0, 300)}`);
  return link.href;
}
