// Open311 GeoReport v2: the published client end to end, in JSON and in XML, and what strict clients look at.
import {story, after} from '../lib/story.mjs';
import {start_tongxin, ROOT} from '../lib/server.mjs';
import {png} from '../lib/png.mjs';
import {multipart} from '../lib/http.mjs';
import {XMLParser} from 'fast-xml-parser';
import {createRequire} from 'node:module';
import Module from 'node:module';
import {join} from 'node:path';

const parser = new XMLParser({parseTagValue: false, ignoreDeclaration: true});

// The Spark convention: the root is taken off, and an element that holds only elements of one other name is a list.
const LISTS = new Set(['endpoints', 'formats', 'services', 'attributes', 'values', 'service_requests', 'errors']);
function spark(value, name) {
  if (typeof value !== 'object' || value === null) return LISTS.has(name) ? [] : value;
  if (LISTS.has(name)) return Object.values(value).flat().map(item => spark(item, ''));
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, spark(member, key)]));
}
const sparkxml = {parseXml(text) {
  const [[name, root]] = Object.entries(parser.parse(text));
  return spark(root, name);
}};
const xml2json = {toJson: text => parser.parse(text)};

// The client wants two libraries of its time; both are handed in.
const load = Module._load;
Module._load = (name, ...rest) =>
  (name === 'sparkxml' ? sparkxml : name === 'xml2json' ? xml2json : load.call(Module, name, ...rest));
const Open311 = createRequire(join(ROOT, 'package.json'))('open311');

const SERVICE = 'event-0131';
const HERE = {lat: 38.5212, long: 102.1887};
let started = null;
const house = () => (started ??= (async () => {
  const server = await start_tongxin({now: '2026-11-23T10:00:00+08:00'});
  after(() => server.close());
  return server;
})());

const call = (client, method, ...args) => new Promise((resolve, reject) =>
  client[method](...args, (error, data) => (error ? reject(new Error(`${method}: ${error} ${data}`)) : resolve(data))));

for (const format of ['json', 'xml']) {
  story(`the client open311 finds, asks, sends and follows in ${format}`, async t => {
    const server = await house();
    const client = new Open311({discovery: `${server.origin}/open311/discovery.${format}`, apiKey: 'any'});
    const found = await call(client, 'serviceDiscovery', {cache: true});
    t.equal(found.endpoints.length, 2);
    t.equal(client.endpoint, `${server.origin}/open311/v2/`);
    client.format = format;
    const services = await call(client, 'serviceList');
    t.ok(services.length > 10);
    t.ok(services.every(s => typeof s.service_code === 'string' && s.service_name && s.group && s.type === 'realtime'));
    t.ok(services.some(s => s.service_code === SERVICE));
    const definition = await call(client, 'serviceDefinition', SERVICE);
    const [attribute] = definition.attributes;
    t.same([definition.service_code, attribute.code, attribute.datatype], [SERVICE, 'CONDITION', 'singlevaluelist']);
    t.ok(attribute.values[0].key && attribute.values[0].name);
    const sent = await call(client, 'submitRequest', {service_code: SERVICE, description: '面馆后门堆放餐厨垃圾 <b>&"\'', ...HERE,
      first_name: '示例', last_name: '张', phone: '13800000000', attributes: {CONDITION: attribute.values[0].key}});
    const id = sent[0].service_request_id;
    t.has(id, /^620302-2026-\d+$/);
    const receipt = sent[0].service_notice.match(/[A-Z0-9]{6,}/)[0];
    const token = await call(client, 'token', receipt);
    t.equal(format === 'json' ? token[0].service_request_id : JSON.stringify(token).includes(id) && id, id);
    const [one] = await call(client, 'serviceRequest', id, {});
    t.same([one.service_request_id, one.status, one.service_code], [id, 'open', SERVICE]);
    t.ok(one.requested_datetime instanceof Date && !Number.isNaN(+one.updated_datetime));
    t.has_not(JSON.stringify(one), '13800000000');
    t.has_not(JSON.stringify(one), '示例');
    const many = await call(client, 'serviceRequests', {service_code: SERVICE, status: 'open'});
    t.ok(many.some(m => m.service_request_id === id));
    const two = await call(client, 'serviceRequests', [id, many.at(-1).service_request_id], {});
    t.ok(two.length >= 1 && two.some(m => m.service_request_id === id));
    const reply = await server.client().get(`/api/v1/receipts/${receipt}`);
    t.has(reply.json().summary, '<b>&"\'');
    t.equal(reply.json().code, id);
  });
}

story('discovery is served bare: media type without charset, JSON not in a list', async t => {
  const client = (await house()).client();
  for (const [format, type] of [['json', 'application/json'], ['xml', 'text/xml']]) {
    const reply = await client.get(`/open311/discovery.${format}`);
    t.status(reply, 200);
    t.equal(reply.headers['content-type'], type);
    t.equal(reply.headers['access-control-allow-origin'], '*');
    const found = format === 'json' ? reply.json() : sparkxml.parseXml(reply.text);
    t.same(found.endpoints.map(e => e.type), ['production', 'test']);
    t.ok(found.endpoints.every(e => e.specification === 'http://wiki.open311.org/GeoReport_v2' && e.formats.length === 2));
  }
});

story('lists page, filter by time, status, place; an empty list is an empty list', async t => {
  const client = (await house()).client();
  const list = async query => {
    const reply = await client.get(`/open311/v2/requests.json?${query}`);
    t.status(reply, 200, query);
    return reply.json();
  };
  const seen = [];
  for (let page = 1; page < 20; page++) {
    const rows = await list(`page=${page}&page_size=5`);
    seen.push(...rows.map(r => r.service_request_id));
    if (rows.length < 5) break;
  }
  t.at_least(seen.length, 12);
  t.equal(new Set(seen).size, seen.length);
  const w3c = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/;
  for (const r of await list('page_size=200')) {
    t.has(r.requested_datetime, w3c);
    t.has(r.updated_datetime, w3c);
    t.ok(['open', 'closed'].includes(r.status) && typeof r.service_code === 'string');
    t.same([r.description, r.media_url, r.zipcode], [null, null, null]);
  }
  t.ok((await list('status=closed&page_size=200')).every(r => r.status === 'closed'));
  t.same(await list('start_date=1999-01-01T00:00:00Z&end_date=1999-01-02T00:00:00Z'), []);
  t.same(await list('updated_after=2099-01-01T00:00:00Z'), []);
  t.same(await list('service_request_id=620302-1999-000001'), []);
  t.same(await list('lat=38.9&long=102.9&radius=50'), []);
  const near = await list(`lat=${HERE.lat}&long=${HERE.long}&radius=300`);
  t.ok(near.length >= 2 && near.every(r => Math.abs(r.lat - HERE.lat) < 0.004));
  const empty = await client.get('/open311/v2/requests.xml?service_request_id=620302-1999-000001');
  t.has(empty.text, '<service_requests></service_requests>');
  const updates = (await client.get('/open311/v2/servicerequestupdates.json?start_date=2026-01-01T00:00:00Z')).json();
  t.ok(updates.length > 0 && updates.every(u => w3c.test(u.updated_datetime) && u.update_id && u.service_request_id));
  t.has((await client.get('/open311/v2/servicerequestupdates.xml')).text, '<service_requests_updates>');
});

story('photos come with the request; the test endpoint keeps nothing', async t => {
  const client = (await house()).client();
  const parts = [['service_code', SERVICE], ['address_string', '后门'], ['description', '有照片的上报'],
    ['media_url', 'https://photos.example/1.jpg'], ['media', {name: 'a.png', type: 'image/png', bytes: png()}]];
  const {body, headers} = multipart(parts);
  const sent = await client.post('/open311/v2/requests.json', body, {headers});
  t.status(sent, 200);
  const receipt = sent.json()[0].service_notice.match(/[A-Z0-9]{6,}/)[0];
  const seen = (await client.get(`/api/v1/receipts/${receipt}`)).json();
  t.equal(seen.photos.length, 1);
  t.has(seen.summary, 'https://photos.example/1.jpg');
  const tried = await client.post('/open311/test/v2/requests.json', {service_code: SERVICE, ...HERE, description: '只是试试'});
  t.status(tried, 200);
  const {service_request_id: id} = tried.json()[0];
  t.status(await client.get(`/open311/v2/requests/${id}.json`), 404, 'nothing was kept');
});

story('what is wrong is said in their form, with their statuses', async t => {
  const client = (await house()).client();
  const post = async (fields, status, path = '/open311/v2/requests.json') => {
    const reply = await client.post(path, fields);
    t.status(reply, status, JSON.stringify(fields));
    return reply;
  };
  const missing = (await post({...HERE}, 400)).json();
  t.ok(Array.isArray(missing) && missing[0].code === 400 && missing[0].description.includes('service_code'));
  await post({service_code: 'event-9999', ...HERE}, 400);
  await post({service_code: SERVICE}, 400);
  await post({service_code: SERVICE, lat: 38.5}, 400);
  await post({service_code: SERVICE, lat: 'north', long: 'east'}, 400);
  await post({service_code: SERVICE, lat: 48.85, long: 2.35}, 400);
  await post({service_code: SERVICE, ...HERE, 'attribute[CONDITION]': '99'}, 400);
  await post({service_code: SERVICE, ...HERE, 'attribute[NOTHING]': '1'}, 400);
  await post({service_code: SERVICE, ...HERE, media_url: 'javascript:1'}, 400);
  await post({service_code: SERVICE, ...HERE, description: '长'.repeat(5000)}, 400);
  await post('service_code=%ff', 400);
  const file = multipart([['service_code', SERVICE], ['address_string', '后门'], ['media', {name: 'a.jpg', type: 'image/jpeg',
    bytes: 'not a photo'}]]);
  t.status(await client.post('/open311/v2/requests.json', file.body, {headers: file.headers}), 400);
  const xml = await post({...HERE}, 400, '/open311/v2/requests.xml');
  t.has(xml.headers['content-type'], 'text/xml');
  t.equal(sparkxml.parseXml(xml.text)[0].code, '400');
  for (const [path, status] of [['requests/none.json', 404], ['requests/none.xml', 404], ['services/none.json', 404],
    ['tokens/none.json', 404], ['requests.json?status=sleeping', 400], ['requests.json?start_date=yesterday', 400],
    ['requests.json?lat=38.5', 400], ['requests.json?page=0', 400], ['requests.json?service_code=none', 404]]) {
    const reply = await client.get(`/open311/v2/${path}`);
    t.status(reply, status, path);
    if (!path.includes('.xml')) t.equal(reply.json()[0].code, status);
  }
});
