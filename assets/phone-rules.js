/* The rules of docs/offline.md, and nothing else: no network, no storage, no page. Given what waits and what the server
 * said, what happens next. Tested over every order of events (tests/scenario/offline.mjs).
 *
 * An item: {id, account, about, state, seen, tries, at}. `id` is its idempotency key, made on the phone. `about` names the
 * case and track it belongs to, '' for what opens a new one. States:
 *   wait     to be sent            mend     the server found something wrong in it
 *   settle   the case moved on     sign-in  its account must sign in first
 * A taken item leaves the list. Nothing but being taken, or its writer's own word, removes one. */
(root => {
  'use strict';

  // The next item of `account` to send, or null: oldest first; of one case strictly in order, behind one that is stuck.
  function next(items, account, now = Infinity) {
    const blocked = new Set();
    for (const item of [...items].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))) {
      if (item.account !== account) continue;
      if (item.state === 'wait' && !blocked.has(item.about) && (item.not_before || 0) <= now) return item;
      if (item.about) blocked.add(item.about);
    }
    return null;
  }

  const later = (item, now) => ({...item, tries: (item.tries || 0) + 1,
    not_before: now + Math.min(300000, 2000 * 2 ** Math.min(item.tries || 0, 8))});

  // What an answer means. `answer` is null when none came, else {status, body} with body the JSON that came, or null.
  // Returns {taken: true} or {item} with its new state.
  function settle(item, answer, now = 0) {
    if (!answer || answer.status === 429 || answer.status >= 500) return {item: later(item, now), stop: !answer};
    const body = answer.body;
    if (answer.status < 300 && body && body.state === 'done') return {taken: true, body};
    if (!body || body.state !== 'wrong') {
      if (answer.status === 401 || answer.status === 403) return {item: {...item, state: 'sign-in'}, stop: true};
      if (answer.status === 413) return {item: {...item, state: 'mend', why: {}}};
      return {item: later(item, now)};
    }
    if (answer.status === 401) return {item: {...item, state: 'sign-in'}, stop: true};
    const why = {code: body.code, message: body.message, hint: body.hint, field: body.field, stage: body.stage || '',
      since: body.since || []};
    if (answer.status === 409 || answer.status === 403 || answer.status === 404) {
      // An addition overwrites nothing: it goes again by itself, once for each new step it had not seen.
      if (body.offered && body.adds && body.seen !== item.seen) return {item: {...item, seen: body.seen}};
      const states = {over: 'over', open: body.offered ? 'moved' : 'past'};
      const kind = 'case' in body ? states[body.case] || 'unknown' : ''; // '' is no case: its own words say what happened
      return {item: {...item, state: 'settle', why: {...why, kind, offered: Boolean(body.offered), seen: body.seen}}};
    }
    return {item: {...item, state: 'mend', why}};
  }

  // The worker's own step is no conflict for what they typed after it: items of the same case that had seen as much as
  // the one just taken have seen its step too.
  function after_taken(items, taken, body) {
    return items.map(item => item.id !== taken.id && item.about && item.about === taken.about &&
      item.account === taken.account && item.seen === taken.seen && body.step
      ? {...item, seen: body.step} : item);
  }

  // The worker looked at what happened and wants it sent all the same.
  const again = item => ({...item, state: 'wait', seen: item.why && item.why.seen || item.seen, why: null, not_before: 0});

  // The account signed in again.
  const signed_in = (items, account) =>
    items.map(item => item.account === account && item.state === 'sign-in' ? {...item, state: 'wait', not_before: 0} : item);

  root.phone_rules = {next, settle, after_taken, again, signed_in};
})(globalThis);
