// `tongxin verify` finds what was changed behind the program's back, and says where.
// databases: sqlite
import {story} from '../lib/story.mjs';

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
  ['the stage of a case in the lists', "UPDATE matter SET stage = 'closed' WHERE id = (SELECT min(id) FROM matter WHERE " +
    "stage <> 'closed')", 'verify.matter'],
  ['a step that nobody took', 'DELETE FROM step WHERE id = (SELECT max(id) FROM step)', null],
];

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
