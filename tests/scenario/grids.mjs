// Divisions and grids on a page: what is wrong with a drawing is told by place and size, and it is taken whole or not at all.
import {story} from '../lib/story.mjs';

const square = (x, y, size) => [[[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]];
const feature = (properties, coordinates) => ({type: 'Feature', properties, geometry: {type: 'Polygon', coordinates}});
const file = (...features) => ({name: 'grids.geojson',
  bytes: Buffer.from(JSON.stringify({type: 'FeatureCollection', features}))});

story('a drawing is checked as a whole, what is wrong stands with its place and size, and only a good one is taken', async t => {
  const server = await t.tongxin();
  const admin = await server.signed_in(null, 'admin');
  const [[street]] = await server.sql('SELECT DISTINCT p.street FROM place p JOIN place_shape s ON s.district = p.district AND ' +
    's.place = p.id WHERE p.level = 4 ORDER BY 1 LIMIT 1');
  t.has((await admin.get('/admin/grids')).text, `/admin/grids?street=${street}`);
  const page = await admin.get(`/admin/grids?street=${street}`);
  t.has(page.words(), '检查结果');
  t.has(page.text, 'data-grids="1"');
  const all = (await admin.get('/admin/grids/export.geojson')).json();
  t.at_least(all.features.length, 3);
  const one = all.features.find(f => String(f.properties.code).length === 15);
  const shapes = async () => String((await server.sql('SELECT count(*) FROM place_shape'))[0][0]);
  const before = await shapes();
  const send = async (drawing, more = {}) => (await admin.get('/admin/grids/import')).form({action: '/admin/grids/import'})
    .submit(admin, {file: drawing, ...more});
  t.step('files that are none');
  for (const bad of ['', 'x', '[]', '{"type":"FeatureCollection"}', '['.repeat(100000),
    `{"type":"FeatureCollection","features":[${'0,'.repeat(50)}0]}`]) {
    t.ok([413, 422].includes((await send({name: 'a.json', bytes: Buffer.from(bad)})).status), bad.slice(0, 30));
  }
  t.status(await send({name: 'a.json', bytes: Buffer.from([0xff, 0xfe])}), 422);
  t.step('a ring that crosses itself, two that overlap, one outside its community');
  const [lon, lat] = one.geometry.coordinates[0][0];
  const parent = one.properties.code.slice(0, 12);
  const bow = [[[lon, lat], [lon + 0.001, lat + 0.001], [lon + 0.001, lat], [lon, lat + 0.001], [lon, lat]]];
  let reply = await send(file(feature({code: one.properties.code, name: '<script>alert(1)</script>'}, bow)));
  t.status(reply, 422);
  t.has_not(reply.text, '<script>alert');
  t.ok(/\d+\.\d{6}, \d+\.\d{6}/.test(reply.words()), 'where it is');
  reply = await send(file(feature({community: parent, name: '甲'}, square(lon, lat, 0.002)),
    feature({community: parent, name: '乙'}, square(lon + 0.001, lat, 0.002))));
  t.status(reply, 422);
  t.has(reply.words(), 'm²');
  t.status(await send(file(feature({community: parent, name: '远'}, square(lon + 3, lat + 3, 0.001)))), 422);
  t.status(await send(file(feature({community: '999999999999'}, square(lon, lat, 0.001)))), 422);
  t.equal(await shapes(), before);
  t.step('what is in force sent again changes nothing, and pressing take leaves it so');
  const same = {name: 'all.geojson', bytes: Buffer.from(JSON.stringify(all))};
  reply = await send(same);
  t.status(reply, 200);
  t.has(reply.words(), '新增 0 个');
  t.equal(await shapes(), before);
  t.step('drawn by hand, without a script: three corners, in words when wrong');
  const draw = async (code, points) => (await admin.get('/admin/grids/draw')).form({action: '/admin/grids/draw'})
    .submit(admin, {code, points, name: '示例网格'});
  reply = await draw('12', '1,2');
  t.status(reply, 422);
  t.has(reply.text, 'value="示例网格"');
  t.has((await draw(parent, 'north of the river')).words(), '第 1 行不是坐标');
  t.has((await draw(parent, `${lon}, ${lat}`)).words(), '三个拐角');
  const corners = one.geometry.coordinates[0].slice(0, -1).map(([x, y]) => `${x}, ${y}`).join('\n');
  reply = await draw(one.properties.code, corners);
  t.status(reply, 200);
  reply = await reply.form({action: '/admin/grids/import'}).submit(admin, {}, {button: 'take'});
  t.has(reply.words(), '已启用');
  t.step('the auditor looks, others find no door');
  const auditor = await server.signed_in(null, 'auditor');
  t.status(await auditor.get(`/admin/grids?street=${street}`), 200);
  t.status(await auditor.post('/admin/grids/import', {}), 403);
  t.status(await (await server.signed_in(null, 'centre')).get('/admin/grids'), 403);
  t.equal((await server.run(['verify'])).code, 0);
});
