// `tongxin verify` finds what was changed behind the program's back, and says where.
// databases: sqlite
import {story} from '../lib/story.mjs';
import {spawnSync} from 'node:child_process';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {api_of} from '../lib/api.mjs';
import {ROOT} from '../lib/server.mjs';

// One changed character in each table it covers: what to change, and the code it must give.
const CHANGES = [
  ['a line of the journal', "UPDATE journal SET data = data || ' ' WHERE seq = 20", 'journal.changed'],
  ['who did it', "UPDATE journal SET actor = 'account:99' WHERE seq = 21", 'journal.changed'],
  ['when it was done', 'UPDATE journal SET at = at + 1 WHERE seq = 22', 'journal.changed'],
  ['a missing line', 'DELETE FROM journal WHERE seq = 23', 'journal.missing'],
  ['what was said', "UPDATE said SET value = value || '。' WHERE value IS NOT NULL AND step = (SELECT min(step) FROM said " +
    'WHERE value IS NOT NULL)', 'verify.value'],
  ['a stage a step led to',
    "UPDATE step SET stage_to = 'closed' WHERE id = (SELECT min(id) FROM step WHERE stage_to <> 'closed')",
    'verify.step'],
  ['the stage of a case', "UPDATE track SET stage = 'closed' WHERE id = (SELECT min(id) FROM track WHERE type = 'main' " +
    "AND stage <> 'closed')", 'verify.track'],
  ['the stage of a track nobody took a step on', "UPDATE track SET stage = 'granted', final = 1 WHERE id = (SELECT max(t.id) " +
    "FROM track t WHERE t.type <> 'main' AND NOT EXISTS (SELECT 1 FROM step s WHERE s.matter = t.matter AND s.track = t.id))",
    'verify.track'],
  ['the stage of a case in the lists', "UPDATE matter SET stage = 'closed' WHERE id = (SELECT min(id) FROM matter WHERE " +
    "stage <> 'closed')", 'verify.matter'],
  ['a step that nobody took', 'DELETE FROM step WHERE id = (SELECT max(id) FROM step)', null],
];

const swapped = (list, line) => [...list.slice(0, 10), line, ...list.slice(11)];

async function verify(server) {
  const {code, out} = await server.run(['verify', '--json'], {may_fail: true});
  return {code, report: JSON.parse(out)};
}

for (const [what, sql, wanted] of CHANGES) {
  story(`it finds ${what}`, async t => {
    const server = await t.tongxin();
    await server.stop();
    const before = await verify(server);
    t.equal(before.code, 0, 'before');
    t.equal(before.report.ok, true);
    await server.sql(sql);
    const after = await verify(server);
    t.equal(after.code, 65, JSON.stringify(after.report));
    t.equal(after.report.ok, false);
    const found = after.report.broken ?? after.report.tables;
    if (wanted) t.equal(found.code, wanted);
    t.ok(found.message.length > 4, 'in words');
    t.ok(found.seq > 0 || found.matter || found.where, `and where: ${JSON.stringify(found)}`);
  });
}

story('lines of the export and the API are the same, and one changed byte in any field is found without us', async t => {
  const server = await t.tongxin();
  const auditor = await (await api_of(server)).sign_in('auditor');
  const lines = (await server.run(['export', 'journal'])).out.trim().split('\n');
  const entries = lines.filter(line => !('checkpoint' in JSON.parse(line)));
  const served = (await auditor.client.get('/api/v1/journal?limit=200')).text.trim().split('\n');
  t.same(served, entries.slice(0, served.length), 'the API says what the export says, byte by byte');
  const file = join(server.data, 'journal.jsonl');
  const check = text => {
    writeFileSync(file, text.join('\n') + '\n');
    return spawnSync(process.execPath, [join(ROOT, 'docs/verify-journal.mjs'), file, join(server.data, 'journal.pub')]).status;
  };
  t.equal(check(lines), 0, 'the export as it is');
  t.equal(check(served), 0, 'the API as it is');
  const change = {actor: v => v + 'x', action: v => v.replace(/.$/, c => (c === 'x' ? 'y' : 'x')), subject: v => v + 's',
    subject_id: v => v + 1, at: v => v + 1, seq: v => v + 1, district: v => v + 1, data: v => v.replace('{', '{ '),
    hash: v => v.replace(/^./, c => (c === '0' ? '1' : '0'))};
  for (const [field, other] of Object.entries(change)) {
    const entry = JSON.parse(served[10]);
    entry[field] = other(entry[field]);
    const line = JSON.stringify(entry);
    t.equal(check(swapped(served, line)), 65, `${field} of the API's line`);
    t.equal(check(swapped(lines, line)), 65, `${field} of the export's line`);
  }
});
