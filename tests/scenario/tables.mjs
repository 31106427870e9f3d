// Tables of pages as files: each table of the leader's page, of a department's own figures and of the pages of administration
// is given out as XLSX, CSV and PDF; what it holds is what the page holds, numbers are numbers, and nothing a person typed is
// ever run.
import {execFileSync} from 'node:child_process';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {story} from '../lib/story.mjs';

// The cells of an XLSX: {A1: 12, B1: 'text'}; a formula is told as {formula}.
function cells_of(server, bytes) {
  const file = join(server.data, 'table.xlsx');
  writeFileSync(file, bytes);
  const program = `import json, re, sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
shared = []
if 'xl/sharedStrings.xml' in z.namelist():
    for si in re.findall(r'<si>(.*?)</si>', z.read('xl/sharedStrings.xml').decode(), re.S):
        shared.append(''.join(re.findall(r'<t[^>]*>(.*?)</t>', si, re.S)))
out = {}
sheet = z.read('xl/worksheets/sheet1.xml').decode()
for at, kind, body in re.findall(r'<c r="([A-Z]+[0-9]+)"([^>]*?)(?:/>|>(.*?)</c>)', sheet, re.S):
    v = re.search(r'<v>(.*?)</v>', body)
    if '<f>' in body: out[at] = {'formula': body}
    elif 't="s"' in kind and v: out[at] = shared[int(v.group(1))]
    elif 't="inlineStr"' in kind: out[at] = ''.join(re.findall(r'<t[^>]*>(.*?)</t>', body, re.S))
    elif v: out[at] = float(v.group(1))
print(json.dumps(out))`;
  return JSON.parse(execFileSync('python3', ['-c', program, file], {encoding: 'utf8'}));
}

const rows_of = csv => csv.replace(/^\ufeff/, '').trim().split(/\r?\n/);
const files_of = page => page.links().map(l => l.href).filter(h => /[?&](as|format)=(csv|xlsx|pdf)/.test(h));

async function takes_all(t, server, client, path, figures = false) {
  const page = await client.get(path);
  t.status(page, 200);
  const files = files_of(page);
  t.at_least(files.length, 3, path);
  for (const href of files) {
    const reply = await client.get(href);
    t.status(reply, 200, href);
    const kind = /(?:as|format)=(\w+)/.exec(href)[1];
    if (kind === 'pdf') t.equal(reply.bytes.subarray(0, 5).toString(), '%PDF-', href);
    // A change in per cent ("+2.6%") is a number to a spreadsheet, not a formula.
    const run = /(^|,)"?([=@\t]|[+-](?!\d+(\.\d+)?%?(,|$)))/;
    if (kind === 'csv') t.same(rows_of(reply.text).filter(line => run.test(line)), [], href);
    if (kind === 'xlsx') {
      const cells = cells_of(server, reply.bytes);
      t.at_least(Object.keys(cells).length, 2, href);
      for (const [at, value] of Object.entries(cells)) {
        t.ok(typeof value !== 'object', `${href} ${at} is a formula`);
        t.ok(!figures || typeof value !== 'string' || !/^\d+(\.\d+)?%?$/.test(value), `${href} ${at} is a text: ${value}`);
      }
    }
  }
  return files;
}

story('every table of a page can be taken along, with the numbers of the page as numbers', async t => {
  const server = await t.tongxin({now: '2026-11-23T09:30:00+08:00'});
  const leader = await server.signed_in(null, 'district-leader');
  t.at_least((await takes_all(t, server, leader, '/leader', true)).length, 18);
  await takes_all(t, server, leader, '/leader/list?period=2026-11&procedure=incident&measure=reported');
  const market = await server.signed_in(null, 'market');
  const [csv] = (await takes_all(t, server, market, '/own', true)).filter(h => h.includes('as=csv'));
  const page = await market.get('/own');
  const lines = rows_of((await market.get(csv)).text);
  t.equal(lines.length, 13, 'a line of titles and twelve months');
  for (const month of ['2026-11', '2025-12']) t.ok(lines.some(l => l.startsWith(month)), month);
  t.equal(lines[1].split(',')[1], /2026-11[\s\S]*?<td class="number">(\d+)/.exec(page.text)[1], 'the page’s number');
  const admin = await server.signed_in(null, 'admin');
  for (const path of ['/admin/people', '/admin/calendar', '/admin/procedures']) await takes_all(t, server, admin, path);
}, {timeout: 240});

story('what a person typed stays a text in every file, and a table is given to whoever may see its page only', async t => {
  const server = await t.tongxin({now: '2026-11-23T09:30:00+08:00'});
  const centre = await server.signed_in(null, 'centre');
  const form = (await centre.get('/phrases')).form({has: 'zh'});
  t.status(await form.submit(centre, {zh: '=SUM(1;2) 请尽快处理', en: '=SUM(1;2) please'}), 200);
  const files = await takes_all(t, server, centre, '/phrases');
  const csv = (await centre.get(files.find(h => h.includes('as=csv')))).text;
  t.has(csv, "'=SUM(1;2)");
  const cells = cells_of(server, (await centre.get(files.find(h => h.includes('as=xlsx')))).bytes);
  t.ok(Object.values(cells).some(v => String(v).startsWith('=SUM(1;2)')), 'kept as a text');
  const grid = await server.signed_in(null, 'grid');
  t.status(await grid.get('/own?table=1&as=csv'), 403);
  t.status(await server.client().get('/admin/people?table=1&as=xlsx'), 200, 'nobody is sent to sign in');
  t.has_not((await server.client().get('/admin/people?table=1&as=xlsx')).headers['content-type'] ?? '', 'spreadsheet');
});
