/* What waits on the phone: kept in IndexedDB, locked with a key of the account that signed in (AES-GCM). Signing out
 * forgets the key; the same account gets the same key again when it signs in, no other account ever does. */
(root => {
  'use strict';
  const able = Boolean(root.indexedDB && root.idb && root.crypto && root.crypto.subtle);
  let opening = null;
  const open = () => opening ??= root.idb.openDB('tongxin-phone', 1, {
    upgrade(db) {
      db.createObjectStore('items', {keyPath: 'id'});
      db.createObjectStore('drafts', {keyPath: 'id'});
      db.createObjectStore('me');
    },
  });

  const page_account = () => document.querySelector('meta[name=phone-account]')?.content || '';
  const from_hex = text => Uint8Array.from(text.match(/../g), pair => parseInt(pair, 16));

  // Whose phone it is now: {account, key}; null when the page's account has no key here.
  async function me() {
    if (!able) return null;
    const kept = await (await open()).get('me', 'me');
    return kept && kept.account === page_account() ? kept : null;
  }

  // What /phone/state said. Another account than before: nothing kept for reading stays.
  async function set_me(state) {
    const db = await open();
    const before = await db.get('me', 'me');
    if (before && before.account !== state.account) await wipe_pages();
    if (!before || before.account !== state.account) {
      const key = await crypto.subtle.importKey('raw', from_hex(state.key), 'AES-GCM', false, ['encrypt', 'decrypt']);
      await db.put('me', {account: state.account, key}, 'me');
    }
    return db.get('me', 'me');
  }

  async function wipe_pages() {
    if (!root.caches) return;
    for (const name of await caches.keys()) if (name.startsWith('tongxin-pages')) await caches.delete(name);
  }

  async function sign_out() {
    await wipe_pages();
    if (able) await (await open()).delete('me', 'me');
  }

  async function lock(key, bytes) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    return {iv, data: await crypto.subtle.encrypt({name: 'AES-GCM', iv}, key, bytes)};
  }
  const unlock = (key, box) => crypto.subtle.decrypt({name: 'AES-GCM', iv: box.iv}, key, box.data);

  // `content` is {fields: [[name, value]...], files: [{field, name, type, blob}], title, action}.
  async function seal(key, content) {
    const files = [];
    for (const file of content.files) {
      files.push({type: file.type, box: await lock(key, await file.blob.arrayBuffer())});
    }
    const head = {...content, files: content.files.map(({field, name, type}) => ({field, name, type}))};
    return {head: await lock(key, new TextEncoder().encode(JSON.stringify(head))), files};
  }
  async function unseal(key, sealed) {
    const content = JSON.parse(new TextDecoder().decode(await unlock(key, sealed.head)));
    for (const [i, file] of content.files.entries()) {
      file.blob = new Blob([await unlock(key, sealed.files[i].box)], {type: file.type});
    }
    return content;
  }

  // Keeps an item ('items' or 'drafts'); its content is sealed. Errors are the browser's own (QuotaExceededError).
  async function put(store, item, content) {
    const who = await me();
    if (!who) throw new Error('nobody');
    await (await open()).put(store, {...item, account: who.account, sealed: await seal(who.key, content)});
  }
  async function change(item) {
    const db = await open();
    const kept = await db.get('items', item.id);
    if (kept) await db.put('items', {...kept, ...item, sealed: kept.sealed});
  }
  async function list(store) { return able ? (await open()).getAll(store) : []; }
  async function content(store, id) {
    const who = await me();
    const item = who && await (await open()).get(store, id);
    return item && item.account === who.account ? unseal(who.key, item.sealed) : null;
  }
  async function drop(store, id) { await (await open()).delete(store, id); }

  root.phone_store = {able, me, set_me, sign_out, wipe_pages, put, change, list, content, drop, page_account};
})(globalThis);
