// The tests' browser notices what a person would have seen go wrong.
import http from 'node:http';
import {existsSync, rmSync} from 'node:fs';
import {story, after} from '../lib/story.mjs';

const POLICY = {'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'self'; img-src 'self' data:"};
const HEAD = '<!doctype html><html lang="zh-CN"><title>页</title><link rel="icon" href="data:,">';
const page = body => `${HEAD}<main>${body}</main></html>`;
const PAGES = {
  '/good': page('<h1>好</h1><p>没有问题。</p>'),
  '/image': page('<h1>图</h1><img src="/none.png">'),
  '/inline': page('<h1>内</h1><p style="color: red">红</p>'),
  '/script': page('<h1>错</h1><script src="/broken.js"></script>'),
  '/wide': page('<h1>宽</h1><table><tr><td><svg width="3000" height="1"></svg></table>'),
};
const server = http.createServer((request, response) => {
  const script = request.url === '/broken.js';
  const body = script ? 'no_such_function();' : PAGES[request.url];
  response.writeHead(body ? 200 : 404, script ? {'content-type': 'text/javascript'} : POLICY).end(body ?? '');
});
await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
server.unref();
after(() => { server.closeAllConnections(); server.close(); });
const origin = `http://127.0.0.1:${server.address().port}`;

story('a good page has no complaints, is accessible, fits, and can be drawn', async t => {
  const browser = await t.browser(origin);
  const person = await browser.person('/good');
  await browser.accessible(person);
  await browser.fits(person);
  await browser.draw(person, 'self-good');
  t.same(browser.unexpected(), []);
  const {ROOT} = await import('../lib/server.mjs');
  t.ok(existsSync(`${ROOT}/build-test/shots/self-good.png`));
  rmSync(`${ROOT}/build-test/shots/self-good.png`);
});

const BAD = [['/image', /console.*404/, '404'], ['/inline', /policy|Content Security/, 'style'],
  ['/script', /a script failed: no_such_function/, 'no_such_function']];
for (const [path, pattern, expected] of BAD) {
  story(`a complaint is heard: ${path}`, async t => {
    const browser = await t.browser(origin);
    const person = await browser.person(path);
    await person.waitForTimeout(100);
    t.has(browser.unexpected().join('\n'), pattern);
    browser.expect_complaint(new RegExp(`${expected}|policy|Content Security`));
    t.same(browser.unexpected(), [], 'what the test expects is no complaint');
  });
}

story('a request to another host does not get out, and is told', async t => {
  const browser = await t.browser(origin);
  const person = await browser.person('/good');
  await person.goto('http://elsewhere.invalid/').catch(() => {});
  t.has(browser.unexpected().join('\n'), 'a request left the server: http://elsewhere.invalid/');
  const stopped = await person.goto('http://127.0.0.2:8141/').catch(error => error.message);
  t.has(stopped, 'ERR_NAME_NOT_RESOLVED', 'not even an address is asked');
  t.has(browser.unexpected().join('\n'), 'a request left the server: http://127.0.0.2:8141/');
  browser.expect_complaint(/elsewhere|127\.0\.0\.2/);
});

story('what is not accessible, and what is too wide, is told', async t => {
  const browser = await t.browser(origin, {viewport: {width: 390, height: 844}});
  const image = await browser.person('/image');
  browser.expect_complaint(/404/);
  await t.throws(() => browser.accessible(image), /image-alt/);
  const wide = await browser.person('/wide');
  await t.throws(() => browser.fits(wide), /wide in a window of 390 px/);
});
