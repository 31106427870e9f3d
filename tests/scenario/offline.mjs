// The rules of docs/offline.md over random orders of events: nothing lost, nothing twice, nothing of another account.
// The server is a small model of the real one: it takes a key once, knows a case's last step and whether it is over.
import {story, database} from '../lib/story.mjs';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {runInThisContext} from 'node:vm';
import {ROOT} from '../lib/server.mjs';

runInThisContext(readFileSync(join(ROOT, 'assets/phone-rules.js'), 'utf8'));
const {next, settle, after_taken, again, signed_in} = globalThis.phone_rules;

// Numbers that can be repeated: a failure names its seed.
function numbers(seed) {
  let x = seed * 2654435761 >>> 0 || 1;
  return most => {
    x ^= x << 13; x >>>= 0; x ^= x >>> 17; x ^= x << 5; x >>>= 0;
    return x % most;
  };
}

class Model {
  constructor(seed) {
    this.pick = numbers(seed);
    this.cases = ['a', 'b'].map(name => ({name, step: 1, over: false, mine: true}));
    this.keys = new Map(); // key -> answer
    this.taken = []; // in the order taken
    this.items = [];
    this.typed = [];
    this.dropped = new Set();
    this.session = 'A';
    this.clock = 1;
    this.made = 0;
  }

  type() {
    const on = this.pick(3), target = on === 2 ? null : this.cases[on];
    const item = {id: `k${++this.made}`, account: this.session || 'A', about: target ? target.name : '',
      seen: target ? target.step : 0, adds: this.pick(3) === 0, bad: this.pick(6) === 0, state: 'wait', tries: 0, at: this.clock};
    this.items.push(item);
    this.typed.push(item);
  }

  // What the real server answers.
  answer(item) {
    if (this.session !== item.account) return {status: 401, body: null};
    if (this.keys.has(item.id)) return this.keys.get(item.id);
    const target = this.cases.find(one => one.name === item.about);
    if (item.bad) return {status: 422, body: {state: 'wrong', code: 'matter.field.missing'}};
    if (target) {
      const stands = {state: 'wrong', seen: target.step, offered: !target.over && target.mine, adds: item.adds};
      if (!target.mine) return {status: 404, body: {...stands, case: 'unknown', offered: false}};
      if (target.over) return {status: 409, body: {...stands, case: 'over', offered: false}};
      if (item.seen !== target.step) return {status: 409, body: {...stands, case: 'open'}};
      target.step++;
    }
    const done = {status: 200, body: {state: 'done', step: target ? target.step : 1}};
    this.keys.set(item.id, done);
    this.taken.push(item);
    return done;
  }

  send() {
    const item = this.session && next(this.items, this.session, Infinity);
    if (!item) return;
    if (item.account !== this.session) throw new Error('an item of another account was to be sent');
    const fate = this.pick(4);
    const reply = fate === 0 ? null : this.answer(item);
    const heard = fate === 1 ? null : reply; // taken, and the answer lost
    const result = settle(item, heard, this.clock);
    if (result.taken) this.items = after_taken(this.items.filter(one => one !== item), item, result.body);
    else this.items = this.items.map(one => (one === item ? result.item : one));
  }

  others() {
    const target = this.cases[this.pick(2)];
    const what = this.pick(8);
    if (what === 0) target.over = true;
    else if (what === 1) target.mine = !target.mine;
    else target.step++;
  }

  decide() {
    const stuck = this.items.filter(item => item.state === 'settle' || item.state === 'mend');
    if (!stuck.length) return;
    const item = stuck[this.pick(stuck.length)];
    if (item.state === 'settle' && item.why.offered) this.items = this.items.map(one => (one === item ? again(item) : one));
    else if (item.state === 'mend') {
      const mended = {...item, bad: false, state: 'wait'};
      this.items = this.items.map(one => (one === item ? mended : one));
    } else {
      this.dropped.add(item.id);
      this.items = this.items.filter(one => one !== item);
    }
  }

  sign() {
    this.session = ['A', 'B', null][this.pick(3)];
    if (this.session) this.items = signed_in(this.items, this.session);
  }

  turn() {
    this.clock++;
    const what = this.pick(12);
    if (what < 3) this.type();
    else if (what < 8) this.send();
    else if (what === 8) this.others();
    else if (what === 9) this.sign();
    else this.decide();
  }

  check() {
    const here = new Set(this.items.map(item => item.id));
    for (const item of this.typed) {
      const times = this.taken.filter(one => one.id === item.id).length;
      if (times > 1) throw new Error(`${item.id} was taken ${times} times`);
      if (!times && !here.has(item.id) && !this.dropped.has(item.id)) throw new Error(`${item.id} was lost`);
    }
    for (const one of this.cases) {
      const own = this.taken.filter(item => item.about === one.name && item.account === 'A');
      const order = own.map(item => Number(item.id.slice(1)));
      if (order.some((n, i) => i && n < order[i - 1])) throw new Error(`of case ${one.name} in the order ${order}`);
    }
  }

  // A quiet end: the network is there, everybody signs in, every conflict is decided.
  end() {
    for (let i = 0; i < 2000 && this.items.length; i++) {
      this.session = i % 2 ? 'A' : 'B';
      this.items = signed_in(this.items, this.session);
      const item = next(this.items, this.session, Infinity);
      if (!item) {
        this.decide();
        continue;
      }
      const result = settle(item, this.answer(item), this.clock);
      if (result.taken) this.items = after_taken(this.items.filter(one => one !== item), item, result.body);
      else this.items = this.items.map(one => (one === item ? result.item : one));
    }
    if (this.items.length) throw new Error(`${this.items.length} items never came to an end`);
  }
}

// Needs no server, so once is enough.
if (database === 'sqlite') {
  story('over 3,000 random orders of events nothing is lost, sent twice, out of order or by another account', async t => {
    let taken = 0, dropped = 0;
    for (let seed = 1; seed <= 3000; seed++) {
      const model = new Model(seed);
      try {
        for (let i = 0; i < 60; i++) {
          model.turn();
          model.check();
        }
        model.end();
        model.check();
      } catch (error) {
        t.fail(`seed ${seed}: ${error.message}`);
      }
      taken += model.taken.length;
      dropped += model.dropped.size;
    }
    t.at_least(taken, 10000, 'taken');
    t.at_least(dropped, 100, 'dropped by their writer');
  });
}

story('an addition goes again by itself, a step waits for its writer, an end is said', async t => {
  const item = {id: 'k', account: 'A', about: 'a', seen: 3, state: 'wait', at: 1};
  const wrong = body => ({status: 409, body: {state: 'wrong', ...body}});
  t.same(settle(item, wrong({case: 'open', offered: true, adds: true, seen: 5})).item.seen, 5);
  t.equal(settle(item, wrong({case: 'open', offered: true, adds: false, seen: 5})).item.why.kind, 'moved');
  t.equal(settle(item, wrong({case: 'open', offered: false, seen: 5})).item.why.kind, 'past');
  t.equal(settle(item, wrong({case: 'over', offered: false, seen: 5})).item.why.kind, 'over');
  t.equal(settle(item, wrong({case: 'unknown', offered: false})).item.why.kind, 'unknown');
  t.equal(settle(item, {status: 401, body: null}).item.state, 'sign-in');
  t.equal(settle(item, {status: 422, body: {state: 'wrong'}}).item.state, 'mend');
  t.equal(settle(item, null).item.state, 'wait');
  t.equal(settle(item, {status: 503, body: null}).item.state, 'wait');
});
