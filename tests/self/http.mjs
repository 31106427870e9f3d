// The tests' own HTTP client, form reader and one-time codes, tried against a small server made here.
import http from 'node:http';
import {story, after} from '../lib/story.mjs';
import {Client} from '../lib/http.mjs';
import {decode} from '../lib/html.mjs';
import {totp} from '../lib/totp.mjs';

const PAGE = `<!doctype html><title>表 &amp; 单</title><body><h1>上报</h1><!-- <form action="/no"> -->
<form method="post" action="/send?from=a&amp;b=1"><input type="hidden" name="csrf" value="t&quot;1">
<label>说明 <textarea name="text">
面馆 &lt;后门&gt;</textarea></label><input name="place" value=金川路>
<select name="kind"><option value="a">甲<option value="b" selected>乙</select>
<input type="checkbox" name="agree"><input type="checkbox" name="also" checked value="yes">
<input type="radio" name="how" value="1"><input type="radio" name="how" value="2" checked>
<input name="off" disabled value="x"><button name="do" value="draft">存草稿</button>
<button name="do" value="go">提交</button></form>
<form method="post" enctype="multipart/form-data" action="/photo">
<input type="file" name="photo"><input name="n" value="1"></form>
<a href="/next">下一页</a><script>var a = "<a href='/never'>";</script></body>`;

const seen = [];
const server = http.createServer((request, response) => {
  const parts = [];
  request.on('data', part => parts.push(part));
  request.on('end', () => {
    const {url, method, headers} = request;
    seen.push({url, method, headers, body: Buffer.concat(parts).toString()});
    const page = {'content-type': 'text/html; charset=utf-8'};
    if (request.url === '/away') return response.writeHead(302, {location: 'http://elsewhere.invalid/'}).end();
    const done = {location: 'done', 'set-cookie': ['a=1; Path=/; HttpOnly', 'b=2']};
    if (request.url.startsWith('/send')) return response.writeHead(303, done).end();
    if (request.url === '/forget') return response.writeHead(200, {...page, 'set-cookie': 'a=; Max-Age=0'}).end(PAGE);
    return response.writeHead(request.url === '/bad' ? 422 : 200, page).end(PAGE);
  });
});
await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
server.unref();
after(() => new Promise(resolve => { server.closeAllConnections(); server.close(resolve); }));
const origin = `http://127.0.0.1:${server.address().port}`;

story('a form is sent as a browser without JavaScript would send it', async t => {
  const client = new Client(origin);
  const page = await client.get('/');
  t.status(page, 200);
  const form = page.form({has: 'text'});
  t.same(form.names(), ['csrf', 'text', 'place', 'kind', 'agree', 'also', 'how', 'do']);
  t.equal(form.value('text'), '面馆 <后门>');
  t.same(form.options('kind').map(o => [o.value, o.text, o.chosen]), [['a', '甲', false], ['b', '乙', true]]);
  const reply = await form.submit(client, {text: '改了', agree: 'on'}, {button: '提交'});
  const sent = seen.find(s => s.method === 'POST');
  t.equal(sent.url, '/send?from=a&b=1');
  t.same([...new URLSearchParams(sent.body)], [['csrf', 't"1'], ['place', '金川路'], ['kind', 'b'], ['also', 'yes'],
    ['how', '2'], ['text', '改了'], ['agree', 'on'], ['do', 'go']]);
  t.equal(reply.path, '/done', 'the redirect is followed');
  t.equal(seen.at(-1).headers.cookie, 'a=1; b=2');
  await client.get('/forget');
  await client.get('/');
  t.equal(seen.at(-1).headers.cookie, 'b=2');
});

story('a form with a file is multipart', async t => {
  const client = new Client(origin);
  const page = await client.get('/');
  await page.form({action: '/photo'}).submit(client, {photo: {name: '后门.jpg', type: 'image/jpeg', bytes: 'JPEG'}});
  const sent = seen.at(-1);
  t.has(sent.headers['content-type'], 'multipart/form-data; boundary=');
  t.has(sent.body, 'filename="后门.jpg"\r\nContent-Type: image/jpeg\r\n\r\nJPEG\r\n');
  t.has(sent.body, 'name="n"\r\n\r\n1\r\n');
});

story('mistakes in a test are told plainly', async t => {
  const client = new Client(origin);
  const page = await client.get('/');
  await t.throws(() => page.form({has: 'nothing'}), /has no form .*POST \/send/);
  await t.throws(() => page.form({has: 'text'}).submit(client, {wrong: '1'}), /has no field "wrong"/);
  await t.throws(() => page.link('上一页'), /has no link "上一页"; it has: 下一页$/);
  await t.throws(() => client.get('/away'), /is not on/);
  await t.throws(async () => t.status(await client.get('/bad'), 200), /wanted status 200, saw 422/);
  t.equal(page.link('下一页'), '/next');
  t.equal(page.words(), '上报 说明 面馆 <后门> 甲 乙 存草稿 提交 下一页');
});

story('raw bytes come back raw', async t => {
  const reply = await new Client(origin).raw('GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n');
  t.has(reply, /^HTTP\/1\.1 400 /);
});

story('character references are read', async t => {
  t.equal(decode('&lt;&#39;&#x4e2d;&hellip;&unknown;'), "<'中…&unknown;");
});

story('one-time codes are those of RFC 6238', async t => {
  const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'; // "12345678901234567890"
  t.equal(totp(secret, 59000), '287082');
  t.equal(totp(secret, 1111111109000), '081804');
  t.equal(totp(secret, 20000000000000), '353130');
});
