// Papers: a report that is not accepted and a mediation leave numbered papers, each with a code by which whoever holds it can
// have it checked; a changed paper is found out.
import {execFileSync} from 'node:child_process';
import {mkdtempSync, readFileSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {story} from '../lib/story.mjs';
import {api_of} from '../lib/api.mjs';
import {ROOT} from '../lib/server.mjs';


function text_of(pdf) {
  const file = join(mkdtempSync(join(tmpdir(), 'tongxin-paper-')), 'paper.pdf');
  writeFileSync(file, pdf);
  return execFileSync('pdftotext', ['-layout', file, '-'], {encoding: 'utf8'});
}

story('who is refused gets a numbered notice, without gaps, and its code says whether it is genuine', async t => {
  const server = await t.tongxin({now: '2026-11-23T10:00:00+08:00'});
  const {sign_in, open} = await api_of(server);
  const centre = await sign_in('centre');
  const place = String((await centre.get('/api/v1/me')).posts[0].place.id);
  const before = (await server.sql("SELECT seq FROM document WHERE name = 'refusal-notice'")).length;
  const said = {'refusal-kind': 'market', refusal: '属于租赁双方的约定，可向社区律师咨询'};
  const codes = [];
  for (const text of ['房东不退押金', '邻居借钱不还']) {
    const matter = await open.good('POST', '/api/v1/matters',
      {procedure: 'incident', action: 'report', said: {description: text, place}});
    t.step(`${text}: refused without saying why leaves no paper`);
    await centre.refused('matter.field.missing', 'POST', `/api/v1/matters/${matter.code}/actions`,
      {action: 'refuse', said: {'refusal-kind': 'market'}});
    await centre.act(matter.code, 'refuse', said);
    codes.push(matter.code);
  }
  t.equal((await server.sql("SELECT seq FROM document WHERE name = 'refusal-notice'")).length, before + 2);
  const series = await server.sql('SELECT series, min(seq), max(seq), count(*) FROM document GROUP BY series');
  for (const [, least, most, n] of series) t.same([Number(least), Number(most)], [1, Number(n)], 'no gap in a series');
  t.step('the paper, by those who work on the case');
  const page = await centre.client.get(`/case/${codes[0]}/papers`);
  t.status(page, 200);
  const href = page.links().map(l => l.href).find(h => h.endsWith('.pdf'));
  const pdf = await centre.client.get(href);
  t.equal(pdf.headers['content-type'], 'application/pdf');
  const words = text_of(pdf.bytes).replace(/\s/g, '');
  t.has(words, '不予受理告知书');
  t.has(words, '房东不退押金');
  t.has(words, '综告〔2026〕');
  t.step('nobody else');
  t.equal((await (await sign_in('market')).client.get(href)).status, 404, 'a department without a part in it');
  t.equal((await (await sign_in('resident')).client.get(href)).status, 403, 'a resident');
  t.step('whoever holds it has it checked, and reads nothing of what is in it');
  const [[code, id]] = await server.sql(`SELECT d.code, d.id FROM document d
    JOIN matter m ON m.district = d.district AND m.id = d.matter
    WHERE m.code = '${codes[0]}'`);
  t.has(words, code);
  const check = await server.client().get(`/paper/${code}`);
  t.status(check, 200);
  t.has(check.text, '与日志一致');
  t.has_not(check.text, '押金');
  t.status(await server.client().get(`/paper/${code.slice(0, -1)}${code.endsWith('A') ? 'B' : 'A'}`), 404);
  t.equal((await server.run(['verify'])).code, 0);
  t.step('a paper that says something else than its line in the journal is found out');
  const [[line, data]] = await server.sql(`SELECT j.seq, j.data FROM journal j JOIN document d
    ON d.district = j.district AND d.journal = j.seq WHERE d.id = ${id}`);
  const other = data.replace(/[0-9a-f]"}$/, end => `${end[0] === '0' ? '1' : '0'}"}`);
  t.ok(other !== data);
  await server.sql(`UPDATE journal SET data = '${other}' WHERE seq = ${line}`);
  t.has((await server.client().get(`/paper/${code}`)).text, '与日志不一致');
  await server.sql(`UPDATE journal SET data = '${data}' WHERE seq = ${line}`);
  t.step('two papers changed for one another are found out');
  await server.sql(`UPDATE document SET content =
    (SELECT content FROM document WHERE id <> ${id} ORDER BY id LIMIT 1) WHERE id = ${id}`);
  t.has_not((await server.client().get(`/paper/${code}`)).text, '与日志一致<');
  const verified = await server.run(['verify'], {may_fail: true, env: {LC_ALL: 'en_US.UTF-8'}});
  t.ok(verified.code !== 0, 'verify finds it');
  t.has(verified.out + verified.err, codes[0]);
});

story('a district takes its own template of a paper into use; one with a mistake is refused with its line', async t => {
  const server = await t.tongxin({now: '2026-11-23T10:00:00+08:00'});
  const folder = mkdtempSync(join(tmpdir(), 'tongxin-template-'));
  const text = readFileSync(join(ROOT, 'documents/notice-card.yaml'), 'utf8');
  const adopt = async (name, changed) => {
    writeFileSync(join(folder, name), changed);
    return server.run(['procedure', 'adopt', join(folder, name)], {may_fail: true, env: {LC_ALL: 'en_US.UTF-8'}});
  };
  const wrong = await adopt('wrong.yaml', text.replace('{reason}', '{reeson}'));
  t.ok(wrong.code !== 0);
  t.has(wrong.err, 'reeson');
  t.equal((await adopt('own.yaml', text.replace('经研究，不予受理。', '经街道研究，决定不予受理。'))).code, 0);
  const incident = readFileSync(join(ROOT, 'procedures/incident.yaml'), 'utf8');
  const paperless = await adopt('incident.yaml', incident.replace('template: notice-card', 'template: no-such-card'));
  t.ok(paperless.code !== 0, 'a procedure whose paper has no template is not taken into use');
  t.has(paperless.err, 'no-such-card');
  const {sign_in, open} = await api_of(server);
  const centre = await sign_in('centre');
  const place = String((await centre.get('/api/v1/me')).posts[0].place.id);
  const {code} = await open.good('POST', '/api/v1/matters',
    {procedure: 'incident', action: 'report', said: {description: '房东不退押金', place}});
  await new Promise(resolve => setTimeout(resolve, 2500)); // servers look for new rulebooks every second
  await centre.act(code, 'refuse', {'refusal-kind': 'market', refusal: '属于租赁双方的约定'});
  const page = await centre.client.get(`/case/${code}/papers`);
  const pdf = await centre.client.get(page.links().map(l => l.href).find(h => h.endsWith('.pdf')));
  t.has(text_of(pdf.bytes).replace(/\s/g, ''), '经街道研究，决定不予受理');
});
