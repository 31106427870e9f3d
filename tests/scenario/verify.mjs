// `tongxin verify` finds what was changed behind the program's back, and says where.
// timeout: 400
import {createHash} from 'node:crypto';
import {database, story} from '../lib/story.mjs';
import {spawnSync} from 'node:child_process';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {api_of} from '../lib/api.mjs';
import {ROOT} from '../lib/server.mjs';

// One change in each table it covers: which rows of it, the change, and the code it must give.
const said_in_clear = 'value IS NOT NULL AND step = (SELECT min(step) FROM said WHERE value IS NOT NULL)';
const CHANGES = [
  ['a line of the journal', 'journal', 'seq = 20', "data = data || ' '", 'journal.changed'],
  ['who did it', 'journal', 'seq = 21', "actor = 'account:99'", 'journal.changed'],
  ['when it was done', 'journal', 'seq = 22', 'at = at + 1', 'journal.changed'],
  ['a missing line', 'journal', 'seq = 23', null, 'journal.missing'],
  ['what was said', 'said', said_in_clear, "value = value || '。'", 'verify.value'],
  ['a value taken away while its salt stays', 'said', said_in_clear, 'value = NULL', 'verify.value'],
  ['a personal value in the clear beside its encrypted self', 'said',
    `sealed IS NOT NULL AND matter < ${2 ** 40}`, "value = '13800000000'", 'verify.value'],
  ['a stage a step led to', 'step', "id = (SELECT min(id) FROM step WHERE stage_to <> 'closed')", "stage_to = 'closed'",
    'verify.step'],
  ['the stage of a case', 'track', "id = (SELECT min(id) FROM track WHERE type = 'main' AND stage <> 'closed')",
    "stage = 'closed'", 'verify.track'],
  ['the stage of a track nobody took a step on', 'track', "id = (SELECT max(t.id) FROM track t WHERE t.type <> 'main' AND " +
    'NOT EXISTS (SELECT 1 FROM step s WHERE s.matter = t.matter AND s.track = t.id))', "stage = 'granted', final = 1",
    'verify.track'],
  ['a case of which every step is gone', 'step', `matter = (SELECT max(id) FROM matter WHERE id < ${2 ** 40})`, null,
    'verify.track'],
  ['the stage of a case in the lists', 'matter', "id = (SELECT min(id) FROM matter WHERE stage <> 'closed')",
    "stage = 'closed'", 'verify.matter'],
  ['a step that nobody took', 'step', 'id = (SELECT max(id) FROM step)', null, null],
];

const swapped = (list, line) => [...list.slice(0, 10), line, ...list.slice(11)];

async function verify(server) {
  const {code, out} = await server.run(['verify', '--json'], {may_fail: true});
  return {code, report: JSON.parse(out)};
}

// Somebody came to the reception room and left a name and a telephone.
const PHONE = '13800007788', TALK = '来访反映楼道堆物，希望协调';
const received = async window => window.good('POST', '/api/v1/matters', {procedure: 'reception', action: 'receive',
  said: {visitor: '李演示', topic: '楼道堆物', kind: 'request', phone: PHONE, talk: TALK,
    place: String((await window.get('/api/v1/me')).posts[0].place.id)}});

story('it finds each kind of change, says where, and nothing when all is as it was', async t => {
  const server = await t.tongxin();
  await received(await (await api_of(server)).sign_in('centre'));
  await server.stop();
  const holds = async when => t.equal((await verify(server)).report.ok, true, when);
  await holds('before');
  for (const [what, table, rows, change, wanted] of CHANGES) {
    t.step(what);
    // The rows as they are, to be put back; named by their key, because the change may touch what they were found by.
    const key = {journal: 'seq', said: 'step'}[table] ?? 'id';
    await server.sql(`CREATE TABLE kept AS SELECT * FROM ${table} WHERE ${key} IN (SELECT ${key} FROM ${table} WHERE ${rows})`);
    t.at_least(Number((await server.sql('SELECT count(*) FROM kept'))[0][0]), 1, 'there is something to change');
    await server.sql(change ? `UPDATE ${table} SET ${change} WHERE ${rows}` : `DELETE FROM ${table} WHERE ${rows}`);
    const after = await verify(server);
    t.equal(after.code, 65, JSON.stringify(after.report));
    t.equal(after.report.ok, false);
    const found = after.report.broken ?? after.report.tables;
    if (wanted) t.equal(found.code, wanted);
    t.ok(found.message.length > 4, 'in words');
    t.ok(found.seq > 0 || found.matter || found.where, `and where: ${JSON.stringify(found)}`);
    await server.sql(`DELETE FROM ${table} WHERE ${key} IN (SELECT ${key} FROM kept)`);
    await server.sql(`INSERT INTO ${table} SELECT * FROM kept`);
    await server.sql('DROP TABLE kept');
  }
  await holds('after all was put back');
  t.step('what the bench filled with copies says so, and does not hold');
  await server.sql("INSERT INTO setting (district, name, value) SELECT district, 'bench.copies', '9' FROM matter LIMIT 1");
  const {code, report} = await verify(server);
  t.same([code, report.ok, report.tables.code], [65, false, 'verify.copies']);
}, {timeout: 380});

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

story('a telephone or a name in a step cannot be guessed from the tables and the journal', async t => {
  const server = await t.tongxin();
  const {code} = await received(await (await api_of(server)).sign_in('centre'));
  const digests = (await server.sql(`SELECT j.data FROM journal j JOIN matter m ON m.id = j.subject_id WHERE m.code = '${code}'`))
    .flatMap(([data]) => data.match(/[0-9a-f]{64}/g) ?? []);
  t.at_least(digests.length, 3);
  const hex = database === 'postgresql' ? "encode(salt, 'hex')" : 'hex(salt)';
  const salts = (await server.sql(`SELECT ${hex} FROM said WHERE salt IS NOT NULL`)).map(([salt]) => Buffer.from(salt, 'hex'));
  const u64 = n => { const b = Buffer.alloc(8); b.writeBigUInt64BE(BigInt(n)); return b; };
  const digest = (salt, value) => createHash('sha256').update(u64(salt.length)).update(salt)
    .update(u64(Buffer.byteLength(value))).update(value).digest('hex');
  const guess = value => salts.some(salt => digests.includes(digest(salt, value)));
  t.ok(guess(TALK), 'what stands in the clear is found so');
  for (const value of [PHONE, '李演示']) t.ok(!guess(value), value);
  t.equal((await verify(server)).report.ok, true, 'and the journal holds all the same');
});
