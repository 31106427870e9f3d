// Jobs and backups: what the server does by itself, and a copy that is opened and verified.
import {existsSync, statSync} from 'node:fs';
import {database, story} from '../lib/story.mjs';

async function until(t, what, test) {
  for (let i = 0; i < 300; i++) {
    const seen = await test();
    if (seen) return seen;
    await new Promise(done => setTimeout(done, 100));
  }
  return t.ok(false, what);
}

story('the administrator sees every job, and a backup made on the page is verified and can be restored', async t => {
  const server = await t.tongxin();
  const admin = await server.signed_in(null, 'admin');
  const page = await until(t, 'the clocks ran', async () => {
    const seen = await admin.get('/admin/jobs');
    return seen.words().includes('正常') && seen;
  });
  for (const words of ['给日志最新一条签名', '启动以来还没有核验过', '从未备份', '外发信件']) t.has(page.words(), words);
  if (database === 'postgresql') {
    t.has(page.words(), 'pg_dump --format=custom');
    t.has_not(page.text, 'action="/admin/jobs/backup"');
    t.status(await admin.post('/admin/jobs/backup', {}), 403);
    return;
  }
  await page.form({action: '/admin/jobs/backup'}).submit(admin);
  const done = await until(t, 'the backup is there', async () => {
    const seen = await admin.get('/admin/jobs');
    return seen.words().includes('完整，可恢复') && seen;
  });
  const [, name] = /(tongxin-\w+\.db)/.exec(done.words());
  const path = `${server.data}/backups/${name}`;
  t.ok(existsSync(path), 'the file is there');
  t.equal(statSync(path).mode & 0o077, 0, 'and nobody else may read it');
  t.equal((await server.sql("SELECT count(*) FROM journal WHERE action = 'backup.made'"))[0][0], '1');
  t.step('the copy, in the place of the database, holds');
  const copy = await server.run(['verify', '--data', server.data, '--database', `sqlite:${path}`]);
  t.equal(copy.code, 0);
  t.step('the auditor sees and does nothing, the centre neither');
  const auditor = await server.signed_in(null, 'auditor');
  t.has_not((await auditor.get('/admin/jobs')).text, 'action="/admin/jobs');
  t.status(await auditor.post('/admin/jobs/backup', {}), 403);
  t.status(await (await server.signed_in(null, 'centre')).get('/admin/jobs'), 403);
  t.equal((await server.run(['verify'])).code, 0);
});
