/* The phone pages with a script: what is typed waits on the phone until the server has taken it, once. Without this file
 * every form is sent as a plain form. The rules: phone-rules.js and docs/offline.md. */
(() => {
  'use strict';
  const {next, settle, after_taken, again, signed_in} = globalThis.phone_rules;
  const store = globalThis.phone_store, media = globalThis.phone_media;
  const words = document.getElementById('phone-words').dataset;
  const net = document.getElementById('net');
  for (const part of document.querySelectorAll('[data-js]')) part.hidden = false;

  const new_id = () => crypto.randomUUID();
  const mine = list => list.filter(item => item.account === store.page_account());

  // --- what the head says
  async function show_net() {
    const waiting = mine(await store.list('items'));
    const badge = document.getElementById('waiting');
    badge.textContent = net.querySelector('b').textContent = waiting.length;
    badge.hidden = waiting.length === 0;
    const stuck = waiting.some(item => item.state === 'mend' || item.state === 'settle');
    const word = waiting.some(item => item.state === 'sign-in') ? 'signIn' : stuck ? 'stop'
      : !navigator.onLine ? 'off' : waiting.length ? 'waiting' : '';
    net.hidden = word === '';
    if (word) net.querySelector('span').textContent = net.dataset[word];
    await show_queue();
  }

  // --- sending
  async function learn_state() {
    const reply = await fetch('/phone/state', {headers: {Accept: 'application/json'}, cache: 'no-store'});
    if (reply.status === 401 || reply.status === 403) return null;
    if (!reply.ok) throw new Error('no state');
    const state = await reply.json();
    if (state.account !== store.page_account()) return null; // somebody else is signed in now
    await store.set_me(state);
    return state;
  }

  function body_of(item, content, csrf) {
    const form = new FormData();
    for (const [name, value] of content.fields) if (!['_once', '_seen', 'csrf'].includes(name)) form.append(name, value);
    form.append('csrf', csrf);
    form.append('_once', item.id);
    if (item.seen) form.append('_seen', item.seen);
    for (const file of content.files) form.append(file.field, new File([file.blob], file.name, {type: file.type}));
    return form;
  }

  async function post(item, content, csrf) {
    let reply;
    try {
      reply = await fetch(content.action, {method: 'POST', body: body_of(item, content, csrf),
        headers: {Accept: 'application/json'}, redirect: 'manual'});
    } catch {
      return null;
    }
    return {status: reply.status || 503, body: await reply.json().catch(() => null)};
  }

  const sent = [];
  async function send_one(item, csrf) {
    const content = await store.content('items', item.id);
    if (!content) return true;
    const answer = await post(item, content, csrf);
    const result = settle(item, answer, Date.now());
    if (result.taken) {
      const rest = await store.list('items');
      await store.drop('items', item.id);
      const moved = after_taken(rest, item, result.body);
      for (const [i, one] of moved.entries()) if (one !== rest[i] && one.id !== item.id) await store.change(one);
      sent.push({title: content.title, code: result.body.code, receipt: result.body.receipt, at: result.body.at});
    } else {
      await store.change(result.item);
    }
    return result.stop;
  }

  // One page sends at a time; a second sender would be refused nothing (the key is the same), but waste the line.
  async function flush() {
    if (!store.able) return;
    const work = async () => {
      let state = null;
      try {
        state = await learn_state();
      } catch {
        return;
      }
      let list = await store.list('items');
      if (!state) {
        for (const item of mine(list)) if (item.state === 'wait') await store.change({...item, state: 'sign-in'});
        return;
      }
      for (const item of signed_in(list, state.account)) if (!list.includes(item)) await store.change(item);
      for (let item; (item = next(list = await store.list('items'), state.account, Date.now()));) {
        if (await send_one(item, state.csrf)) break;
      }
    };
    if (navigator.locks) await navigator.locks.request('tongxin-send', {ifAvailable: true}, lock => lock && work());
    else await work();
    await show_net();
  }

  // --- forms
  const form = document.querySelector('form[data-queue]');
  const file_fields = () => [...form.querySelectorAll('input[type=file]')].map(input => input.name);

  function content_of(button) {
    const names = new Set(file_fields()), fields = [];
    for (const [name, value] of new FormData(form, button)) if (typeof value === 'string') fields.push([name, value]);
    const files = media.files().filter(file => names.has(file.field));
    for (const input of form.querySelectorAll('input[type=file]')) {
      for (const file of input.files) files.push({field: input.name, name: file.name, type: file.type, blob: file});
    }
    const text = form.querySelector('textarea')?.value.trim().slice(0, 40);
    return {fields, files, action: form.getAttribute('action'), page: location.pathname + location.search,
      title: [form.dataset.title, text].filter(Boolean).join(' · ')};
  }

  function item_of(content) {
    const case_of = /^(\/phone\/case\/[^/]+)\/act\/(\d+)/.exec(content.action);
    const seen = Number(Object.fromEntries(content.fields)._seen) || 0;
    return {id: form.dataset.key ??= new_id(), about: case_of ? case_of[1] : '', seen, state: 'wait', tries: 0, at: Date.now()};
  }

  function problem(text) {
    const box = form.querySelector('[data-problem]');
    box.textContent = text;
    box.hidden = false;
    box.focus();
  }
  const why_not = error => error && error.name === 'QuotaExceededError' ? words.full : words.private;

  // Kept first, sent afterwards: whatever happens to the network in between, nothing is lost.
  const opened = performance.now();
  async function submit(event) {
    if (form.elements._took) form.elements._took.value = Math.round((performance.now() - opened) / 1000);
    if (!store.able || event.submitter?.name === '_again') return;
    event.preventDefault();
    if (form.dataset.busy) return;
    form.dataset.busy = '1';
    const content = content_of(event.submitter), item = item_of(content);
    try {
      if (!await store.me()) await learn_state();
      await store.put('items', item, content);
    } catch (error) {
      delete form.dataset.busy;
      if (navigator.onLine && !media.files().length && error.name !== 'QuotaExceededError') form.submit();
      else problem(why_not(error));
      return;
    }
    if (form.dataset.draftId) await store.drop('drafts', form.dataset.draftId);
    await flush();
    await leave(item);
  }

  async function leave(item) {
    const kept = (await store.list('items')).find(one => one.id === item.id);
    if (!kept) {
      const last = sent[sent.length - 1];
      if (last && last.receipt) sessionStorage.setItem('receipt', `${last.code} ${last.receipt}`);
      location.assign(last?.at || `/phone?done=${encodeURIComponent(last ? last.code : '')}`);
    } else if (kept.state === 'mend') {
      delete form.dataset.busy;
      await store.drop('items', item.id); // it is still in the form
      point_at(kept.why);
    } else {
      location.assign('/phone/queue');
    }
  }

  function point_at(why) {
    problem([why.message, why.hint].filter(Boolean).join(' '));
    const field = why.field && form.querySelector(`[name="${CSS.escape(why.field)}"]`);
    if (!field) return;
    field.setAttribute('aria-invalid', 'true');
    field.closest('.cd, .rw, .field')?.classList.add('wrong');
  }

  // --- drafts
  async function keep_draft(say) {
    const id = form.dataset.draftId ??= form.getAttribute('action');
    try {
      await store.put('drafts', {id, at: Date.now()}, content_of());
      if (say) document.querySelector('#net span').textContent = words.draft;
      if (say) net.hidden = false;
    } catch (error) {
      if (say) problem(why_not(error));
    }
  }

  function put_back(content) {
    const used = new Set();
    for (const [name, value] of content.fields) {
      if (name.startsWith('_') && name !== '_confidential' || name === 'csrf') continue;
      const found = [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)];
      for (const input of found) {
        if (input.type === 'radio' || input.type === 'checkbox') {
          input.checked = input.value === value || (used.has(name) && input.checked);
        } else if (input.type !== 'file') input.value = value;
      }
      used.add(name);
    }
    media.restore(content.files);
  }

  async function begin_form() {
    form.addEventListener('submit', submit);
    form.querySelector('[data-draft]')?.addEventListener('click', () => keep_draft(true));
    let timer = null;
    const soon = () => {
      clearTimeout(timer);
      timer = setTimeout(() => form.dataset.busy || keep_draft(false), 1500);
    };
    form.addEventListener('input', soon);
    form.addEventListener('kept', soon);
    if (!store.able || !await store.me()) return;
    const mending = new URLSearchParams(location.search).get('item');
    if (mending) {
      const content = await store.content('items', mending);
      if (!content) return;
      put_back(content);
      form.dataset.key = mending; // the same report, mended: the same key
      const kept = (await store.list('items')).find(one => one.id === mending);
      if (kept && kept.why) point_at(kept.why);
      return;
    }
    const draft = await store.content('drafts', form.getAttribute('action'));
    if (draft) {
      put_back(draft);
      form.dataset.draftId = form.getAttribute('action');
    }
  }

  // --- helps of the form
  function begin_helps() {
    for (const note of document.querySelectorAll('[data-chars]')) {
      const area = document.getElementById(note.dataset.chars);
      const show = () => { note.textContent = `${[...area.value].length} / ${area.maxLength}`; };
      area.addEventListener('input', show);
      show();
    }
    for (const button of document.querySelectorAll('[data-say]')) {
      button.addEventListener('click', () => {
        const area = document.getElementById(button.dataset.say);
        area.value += button.textContent;
        area.dispatchEvent(new Event('input', {bubbles: true}));
      });
    }
    const select = document.querySelector('select[name=category]');
    const pictures = document.querySelector('[data-pictures]');
    if (pictures && !select) pictures.hidden = true;
    if (!pictures || !select) return;
    const show = () => {
      for (const pic of pictures.querySelectorAll('.pic')) {
        pic.setAttribute('aria-pressed', String(pic.dataset.category !== '' && pic.dataset.category === select.value));
      }
    };
    pictures.addEventListener('click', event => {
      const pic = event.target.closest('.pic');
      if (!pic) return;
      if (pic.dataset.category) select.value = pic.dataset.category;
      else select.focus();
      select.dispatchEvent(new Event('input', {bubbles: true}));
      show();
    });
    select.addEventListener('change', show);
    show();
  }

  async function look_near() {
    const box = document.getElementById('near');
    if (!box || !form) return;
    const lon = form.querySelector('[name$=".lon"]')?.value, lat = form.querySelector('[name$=".lat"]')?.value;
    const place = form.querySelector('[data-place] select')?.value || 0;
    try {
      const reply = await fetch(`/phone/near?place=${place}${lon && lat ? `&position=${lon},${lat}` : ''}`);
      const found = new DOMParser().parseFromString(await reply.text(), 'text/html');
      box.replaceChildren(...found.body.children);
      box.hidden = !reply.ok || box.children.length === 0;
    } catch { /* no network: nobody is stopped by it */ }
  }

  // --- the page of what waits
  const line = (template, values) => {
    const row = template.content.cloneNode(true).firstElementChild;
    for (const [name, text] of Object.entries(values)) row.querySelector(`[data-${name}]`).textContent = text;
    return row;
  };
  const say_why = (why, text) => [{over: text.over, moved: text.moved, past: text.past, unknown: text.unknown}[why.kind],
    why.stage, why.kind ? '' : why.message, why.kind ? '' : why.hint].filter(Boolean).join(' ');

  async function queue_row(item, template, text) {
    const content = await store.content('items', item.id);
    if (!content) return null;
    const row = line(template, {title: content.title, state: text[item.state === 'sign-in' ? 'signIn' : item.state],
      about: [new Date(item.at).toLocaleString(), content.files.length ? text.files.replace('#', content.files.length) : '']
        .filter(Boolean).join(' · ')});
    row.dataset.item = item.id;
    row.querySelector('[data-state]').classList.add(item.state === 'wait' ? 'blue' : 'red');
    if (item.why) {
      const why = row.querySelector('[data-why]');
      why.hidden = false;
      why.textContent = say_why(item.why, text);
      const since = row.querySelector('[data-since]');
      since.hidden = !(item.why.since || []).length;
      for (const step of item.why.since || []) {
        const one = document.createElement('li');
        one.textContent = `${new Date(step.at).toLocaleString()} ${step.what}${step.who ? ` · ${step.who}` : ''}`;
        since.append(one);
      }
    }
    const [resend, open, drop] = ['again', 'open', 'drop'].map(name => row.querySelector(`[data-do=${name}]`));
    resend.hidden = !(item.state === 'settle' && item.why && item.why.offered);
    open.hidden = item.state !== 'mend';
    const page = new URL(content.page, location.origin);
    page.searchParams.set('item', item.id);
    open.href = page.pathname + page.search;
    drop.hidden = item.state === 'wait' || item.state === 'sign-in';
    resend.addEventListener('click', async () => {
      await store.change(again(item));
      await flush();
    });
    drop.addEventListener('click', async () => {
      if (!confirm(words.sure)) return;
      await store.drop('items', item.id);
      await show_net();
    });
    return row;
  }

  async function show_queue() {
    const box = document.getElementById('queue');
    if (!box) return;
    const template = document.getElementById('item'), text = document.getElementById('queue-words').dataset;
    const all = await store.list('items'), items = mine(all).sort((a, b) => a.at - b.at);
    const rows = [];
    for (const item of items) rows.push(await queue_row(item, template, text));
    box.replaceChildren(...rows.filter(Boolean));
    document.getElementById('queue-count').textContent = items.length;
    document.getElementById('queue-empty').hidden = items.length > 0;
    document.getElementById('foreign').hidden = all.length === items.length;
    const drafts = mine(await store.list('drafts')), lines = [];
    for (const draft of drafts) {
      const content = await store.content('drafts', draft.id);
      if (!content) continue;
      const row = line(template, {title: content.title, state: text.draft, about: new Date(draft.at).toLocaleString()});
      const open = row.querySelector('[data-do=open]'), drop = row.querySelector('[data-do=drop]');
      open.hidden = drop.hidden = false;
      open.href = content.page;
      drop.addEventListener('click', async () => {
        await store.drop('drafts', draft.id);
        await show_queue();
      });
      lines.push(row);
    }
    document.getElementById('drafts').replaceChildren(...lines);
    document.getElementById('draft-count').textContent = drafts.length;
    document.getElementById('draft-empty').hidden = drafts.length > 0;
    document.getElementById('sent').replaceChildren(...sent.map(one =>
      line(template, {title: one.title, state: text.done, about: [one.code, one.receipt].filter(Boolean).join(' · ')})));
  }

  // --- how far away: worked out here, sent nowhere
  const metres = (a, b) => {
    const rad = Math.PI / 180, x = (b[0] - a[0]) * rad * Math.cos((a[1] + b[1]) / 2 * rad), y = (b[1] - a[1]) * rad;
    return Math.hypot(x, y) * 6371000;
  };
  function sort_near() {
    navigator.geolocation.getCurrentPosition(({coords}) => {
      for (const card of document.querySelectorAll('.card')) {
        const jobs = [...card.querySelectorAll('[data-job]')];
        for (const job of jobs) {
          const at = job.dataset.job.split(',').map(Number);
          job.far = job.dataset.job ? metres([coords.longitude, coords.latitude], at) : Infinity;
          const note = job.querySelector('.away');
          if (!note || job.far === Infinity) continue;
          note.hidden = false;
          note.textContent = words.away.replace('#', Math.round(job.far / 10) * 10);
        }
        jobs.sort((a, b) => a.far - b.far).forEach(job => job.parentElement === card && card.append(job));
      }
    }, () => {}, {timeout: 10000});
  }

  // --- reading without a network
  async function keep_pages() {
    if (!navigator.serviceWorker || !navigator.onLine) return;
    const worker = await navigator.serviceWorker.ready;
    const jobs = [...document.querySelectorAll('a.job[data-code]')]
      .map(a => ({path: a.getAttribute('href'), steps: 'steps' in a.dataset}));
    const forms = [...document.querySelectorAll('.hello a[href^="/phone/open/"]')].map(a => a.getAttribute('href'));
    const tiles = [...document.querySelectorAll('.tiles a')].map(a => a.getAttribute('href'));
    worker.active?.postMessage({kind: 'keep', pages: ['/phone', '/phone/queue', '/phone/report', ...forms, ...tiles], jobs});
  }

  // Today's list on the map: numbered as they stand in the list, which says the same.
  function begin_map() {
    const button = document.querySelector('[data-map-today]');
    button?.addEventListener('click', () => {
      const jobs = [...document.querySelectorAll('a.job[data-job]')].filter(job => job.dataset.job);
      jobs.forEach((job, i) => { job.querySelector('strong').dataset.number = i + 1; });
      media.open_map(button, document.getElementById('today-map'), {marks: jobs.map(job => job.dataset.job).join(' ')});
    });
  }

  async function start() {
    begin_map();
    document.querySelector('[data-sort-near]')?.addEventListener('click', sort_near);
    begin_helps();
    if (form) await begin_form().catch(() => {});
    document.addEventListener('located', look_near);
    form?.querySelector('[data-place] select')?.addEventListener('change', look_near);
    document.getElementById('send-now')?.addEventListener('click', flush);
    if (navigator.serviceWorker) await navigator.serviceWorker.register('/phone-worker.js', {scope: '/phone'}).catch(() => {});
    if (location.pathname === '/phone') keep_pages();
    for (const name of ['online', 'offline']) window.addEventListener(name, () => (name === 'online' ? flush() : show_net()));
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && flush());
    if (navigator.storage?.persist) navigator.storage.persist().catch(() => {});
    await show_net().catch(() => {});
    await flush().catch(() => {});
    document.documentElement.dataset.ready = '1';
  }
  start();
})();
