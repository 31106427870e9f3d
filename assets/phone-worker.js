/* The service worker of /phone: the pages open without a network. `SHELL`, the addresses of what every page needs, stands
 * before this. Kept of people: the list of today of whoever is signed in, its cases without names and telephones, and
 * empty forms. Pages are gone at sign-out, when somebody else signs in, and after 20 hours (docs/offline.md). */
'use strict';
const STATIC = 'tongxin-static-' + SHELL.join('').replace(/[^0-9a-f]/g, '').slice(-40);
const PAGES = 'tongxin-pages';
const KEEP_MS = 20 * 3600 * 1000;
const WAIT_MS = 6000;

self.addEventListener('install', event => {
  event.waitUntil(caches.open(STATIC).then(cache => cache.addAll(SHELL)).then(() => self.skipWaiting()));
});

// Pages that were kept before belong to the version before: its files stay until every page has been fetched anew. A phone
// that goes into a cellar right after an update still opens what it has, with what waits and what was being typed.
self.addEventListener('activate', event => event.waitUntil(self.clients.claim()));

async function drop_versions_before() {
  for (const name of await caches.keys()) {
    if (name.startsWith('tongxin-static-') && name !== STATIC) await caches.delete(name);
  }
}

// Signing out ends this reading: what is still on its way then is not kept any more.
let reading = {};

// A page with the moment it was kept.
async function keep(address, reply, mine = reading) {
  const headers = new Headers(reply.headers);
  headers.set('X-Kept', String(Date.now()));
  const copy = new Response(await reply.blob(), {status: 200, headers});
  if (mine !== reading) return;
  await (await caches.open(PAGES)).put(address, copy);
}

async function kept(address) {
  const found = await (await caches.open(PAGES)).match(address);
  if (!found || Date.now() - Number(found.headers.get('X-Kept')) > KEEP_MS) return null;
  return found;
}

const is_page = reply => reply.ok && (reply.headers.get('Content-Type') || '').startsWith('text/html');
const in_time = request => Promise.race([fetch(request),
  new Promise((_, reject) => setTimeout(() => reject(new Error('slow')), WAIT_MS))]);

// A step of a case has an address of its own.
const step_of = address => {
  const {searchParams: said} = new URL(address);
  return said.has('do') ? `?do=${said.get('do')}&track=${said.get('track')}` : '';
};

// Only what is asked for by name is kept; a page that leads to signing in ends everything kept.
async function visit(request) {
  const {pathname} = new URL(request.url);
  try {
    const reply = await in_time(request);
    if (reply.type === 'opaqueredirect' && pathname !== '/phone/report') await caches.delete(PAGES);
    else if (is_page(reply) && (pathname === '/phone' || pathname === '/phone/queue')) await keep(pathname, reply.clone());
    return reply;
  } catch {
    return await kept(pathname + step_of(request.url)) || await kept(pathname) || await kept('/phone/queue') || Response.error();
  }
}

self.addEventListener('fetch', event => {
  const {request} = event, url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (request.mode === 'navigate') event.respondWith(visit(request));
  else if (url.pathname.startsWith('/assets/')) {
    event.respondWith(caches.match(request).then(found => found || fetch(request)));
  }
});

// The other steps of what one is in the middle of: they are taken where there may be no network.
async function keep_steps(path, text, mine) {
  for (const [, said] of text.matchAll(/href="[^"?]*\?(do=[a-z0-9-]+&amp;track=\d+)/g)) {
    const step = `${path}?${said.replace('&amp;', '&')}`;
    const reply = await fetch(`${step}&keep=1`).catch(() => null);
    if (mine !== reading) return;
    if (reply && is_page(reply) && !reply.redirected) await keep(step, reply, mine);
  }
}

async function keep_all(pages, jobs) {
  const mine = reading;
  const cache = await caches.open(PAGES), wanted = new Set([...pages, ...jobs.map(job => job.path)]);
  for (const request of await cache.keys()) if (!wanted.has(new URL(request.url).pathname)) await cache.delete(request);
  let all = true; // everything was fetched anew
  for (const path of pages) {
    const reply = await fetch(path).catch(() => null);
    if (mine !== reading) return;
    if (!reply) all = false;
    if (!reply || !is_page(reply) || new URL(reply.url).pathname === '/sign-in') continue;
    await keep(path, reply, mine);
  }
  for (const {path, steps} of jobs.slice(0, 60)) {
    const reply = await fetch(`${path}?keep=1`).catch(() => null);
    if (mine !== reading) return;
    if (reply && is_page(reply) && !reply.redirected) {
      if (steps) await keep_steps(path, await reply.clone().text(), mine);
      await keep(path, reply, mine);
    } else if (!reply) all = false;
  }
  if (all) await drop_versions_before();
}

self.addEventListener('message', event => {
  if (event.data?.kind === 'forget') {
    reading = {};
    event.waitUntil(caches.delete(PAGES).then(() => event.ports[0]?.postMessage('gone')));
  }
  if (event.data?.kind === 'keep') event.waitUntil(keep_all(event.data.pages, event.data.jobs));
});
