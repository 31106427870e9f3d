// Load for fault tests: residents who report without pause, each report with a key of its own, and remember exactly what
// they were told. And the look at the database afterwards: what was acknowledged is there, once, and nothing is half done.
import {randomBytes} from 'node:crypto';
import {setTimeout as wait} from 'node:timers/promises';

// What a district's tables must say of every matter that was reported, whatever happened while it was written.
const HALF_DONE = `SELECT m.code FROM matter m WHERE m.summary LIKE 'MARK%' AND (
  NOT EXISTS (SELECT 1 FROM track k WHERE k.district = m.district AND k.id = m.main AND k.matter = m.id)
  OR NOT EXISTS (SELECT 1 FROM step s JOIN journal j ON j.district = s.district AND j.seq = s.journal
                 WHERE s.district = m.district AND s.matter = m.id)
  OR NOT EXISTS (SELECT 1 FROM step s JOIN said v ON v.district = s.district AND v.step = s.id AND v.matter = m.id
                 WHERE s.district = m.district AND s.matter = m.id)
  OR NOT EXISTS (SELECT 1 FROM clock c WHERE c.district = m.district AND c.matter = m.id)
  OR NOT EXISTS (SELECT 1 FROM reporter r WHERE r.district = m.district AND r.reported = m.id)
  OR NOT EXISTS (SELECT 1 FROM hold h WHERE h.district = m.district AND h.matter = m.id))`;

export class Load {
  // `pause` in ms between two reports of one resident.
  constructor(server, {residents = 4, pause = 0} = {}) {
    Object.assign(this, {server, residents, pause});
    this.mark = `故障演练${randomBytes(4).toString('hex')}`;
    this.told = new Map();    // key -> receipt
    this.open = new Map();    // key -> text: sent, and no answer came
    this.refused = new Map(); // status -> how often
    this.number = 0;
    this.going = false;
  }

  async prepare() {
    const rows = await this.server.sql('SELECT id FROM place WHERE plate IS NOT NULL ORDER BY id LIMIT 1');
    this.place = rows[0][0];
  }

  start() {
    this.going = true;
    this.work = Array.from({length: this.residents}, () => this.resident());
  }

  async stop() {
    this.going = false;
    await Promise.all(this.work);
  }

  async resident() {
    while (this.going) {
      const key = `${this.mark.slice(-8)}-${++this.number}`;
      await this.report(key, `${this.mark} ${key} 路灯不亮`);
      if (this.pause) await wait(this.pause);
    }
  }

  // One try. What came of it: the receipt, or the status of a refusal, or null when no answer came.
  async report(key, text, server = this.server) {
    this.open.set(key, text);
    let reply;
    try {
      const report = {procedure: 'incident', action: 'report', said: {description: text, place: this.place}};
      reply = await server.client().json('POST', '/api/v1/matters', report, {headers: {'idempotency-key': key}});
    } catch {
      await wait(20); // the server is gone: no need to hammer
      return null;
    }
    if (reply.status === 201 || reply.status === 200) {
      const {receipt} = reply.json();
      const before = this.told.get(key);
      if (before && before !== receipt) throw new Error(`${key} was told ${before} and then ${receipt}`);
      this.told.set(key, receipt);
      this.open.delete(key);
      return receipt;
    }
    this.refused.set(reply.status, (this.refused.get(reply.status) ?? 0) + 1);
    this.last_refusal = reply;
    if (reply.status !== 503) throw new Error(`a report was refused with ${reply.status}: ${reply.text.slice(0, 400)}`);
    return reply.status;
  }

  // Everybody who heard nothing, or "not now", sends the same again, as a phone does.
  async send_again(t) {
    for (const [key, text] of [...this.open]) {
      let told = null;
      for (let i = 0; i < 40 && typeof told !== 'string'; i++) {
        told = await this.report(key, text);
        if (typeof told !== 'string') await wait(100);
      }
      t.ok(typeof told === 'string', `${key} was not taken even when everything worked again (${told})`);
    }
  }

  // Each acknowledged report is there once, under the receipt that was given; nothing is half done; the journal holds.
  async check(t, {verify = true} = {}) {
    const {server, mark} = this;
    const rows = await server.sql('SELECT r.receipt, m.summary FROM matter m JOIN reporter r ON r.district = m.district ' +
      `AND r.reported = m.id WHERE m.summary LIKE '${mark}%'`);
    const found = new Map();
    for (const [receipt, summary] of rows) {
      const key = summary.split(' ')[1];
      t.ok(!found.has(key), `${key} is there twice`);
      found.set(key, receipt);
    }
    for (const [key, receipt] of this.told) t.equal(found.get(key), receipt, `the receipt of ${key}`);
    t.same((await server.sql(HALF_DONE.replace('MARK', mark))).flat(), [], 'nothing is half done');
    const [[entries, last]] = await server.sql('SELECT count(*), max(seq) FROM journal');
    t.equal(entries, last, 'the journal has no gap');
    if (!verify) return;
    const {code, out, err} = await server.run(['verify'], {may_fail: true});
    t.equal(code, 0, `verify: ${out}${err}`);
  }
}

// A load on a fresh demo; its server ends with the story.
export async function loaded_demo(t, options = {}, load = {}) {
  const server = await t.tongxin(options);
  const made = new Load(server, load);
  await made.prepare();
  return {server, load: made};
}
