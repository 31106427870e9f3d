// A resident who left an address is told by mail, once, when the case moves; the letter leaves through a real mail server.
import {story} from '../lib/story.mjs';
import {api_of} from '../lib/api.mjs';
import {startSmtp} from '../lib/smtp.mjs';
import {chmodSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

async function until(what, limit) {
  for (const end = Date.now() + limit; Date.now() < end;) {
    if (await what()) return;
    await new Promise(done => setTimeout(done, 200));
  }
  throw new Error('it did not happen in time');
}

story('the reporter hears by mail that the report was accepted', async t => {
  const letters = [];
  const smtp = await startSmtp({onLetter: letter => letters.push(letter)});
  t.after(() => smtp.server.close());
  const server = await t.tongxin();
  await server.stop();
  const settings = join(server.data, 'mail.yaml');
  writeFileSync(settings, `host: 127.0.0.1\nport: ${smtp.port}\ntls: none\nfrom: centre@district.example\nname: 综治中心\n`);
  chmodSync(settings, 0o600);
  await server.start();
  const h = await api_of(server);

  t.step('reporting');
  const grid = await h.sign_in('grid');
  const place = String((await grid.get('/api/v1/me')).posts[0].place.id);
  const {code} = await h.open.good('POST', '/api/v1/matters', {procedure: 'incident', action: 'report',
    said: {description: '楼道声控灯坏了，晚上看不清台阶', place}, reporter: {name: '周示例', mail: 'zhou@residents.example'}});

  t.step('accepting');
  const centre = await h.sign_in('centre');
  await centre.act(code, 'accept', {place});

  t.step('waiting for the letter');
  await until(() => letters.length > 0, 30000);
  await new Promise(done => setTimeout(done, 2500));
  t.equal(letters.length, 1, 'one step, one letter');
  t.equal(letters[0].to, 'zhou@residents.example');
  t.has(letters[0].data, /^subject:/im);
  t.ok(!letters[0].data.includes('声控灯'), 'what the resident wrote stays in the system');
});
