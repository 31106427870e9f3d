// A case printed as its disposal sheet: what the page shows is on the paper, for those who may see the page.
import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {story} from '../lib/story.mjs';

// The text a person could select in a PDF.
function selectable(bytes) {
  const folder = mkdtempSync(join(tmpdir(), 'tongxin-paper-'));
  try {
    writeFileSync(join(folder, 'sheet.pdf'), bytes);
    const read = spawnSync('pdftotext', ['-layout', join(folder, 'sheet.pdf'), '-'], {encoding: 'utf8'});
    if (read.status !== 0) throw new Error(`pdftotext: ${read.stderr}`);
    return read.stdout.replace(/\s+/g, '');
  } finally {
    rmSync(folder, {recursive: true});
  }
}

story('the centre prints a case; who may not see the case gets no paper, and no word that there is one', async t => {
  const server = await t.tongxin({demo: true});
  const centre = await server.signed_in(null, 'centre');
  const form = (await centre.get('/open/incident/register')).form({action: '/open/incident/register'});
  const place = form.options('place').find(o => /网格/.test(o.text)).value;
  const registered = await form.submit(centre, {description: '后门堆放餐厨垃圾，<b>有异味</b>', place, source: 'hotline',
    danger: 'possible', reach: 'few', category: 'urban-yuncheng/event/0131', 'position.lon': '102.142', 'position.lat': '38.466',
    name: '张示例', phone: '13800002091'});
  const code = registered.links().find(l => l.href.startsWith('/case/')).text;
  const address = `/case/${encodeURIComponent(code)}/sheet.pdf`;

  t.ok((await centre.get(`/case/${encodeURIComponent(code)}`)).links().some(l => l.href === address), 'the page leads to it');
  const sheet = await centre.get(address);
  t.equal(sheet.status, 200);
  t.equal(sheet.headers['content-type'], 'application/pdf');
  const text = selectable(sheet.bytes);
  for (const part of ['事项处置单', code, '后门堆放餐厨垃圾，<b>有异味</b>', '办理情况', '承办单位（签章）']) t.has(text, part);
  t.ok(!text.includes('13800002091'), 'the telephone number is not in clear on a paper');

  t.has(selectable((await centre.get(`${address}?lang=en`)).bytes), 'Disposalsheet');
  const stranger = await server.signed_in(null, 'water');
  const refused = await stranger.get(address), missing = await stranger.get('/case/620302-2026-999999/sheet.pdf');
  t.equal(refused.status, 404);
  t.equal(missing.status, 404);
  const anybody = await server.client().get(address, {follow: false});
  t.ok([303, 401].includes(anybody.status), `nobody signed in: ${anybody.status}`);
});
