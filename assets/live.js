/* Pages with data-live fetch themselves again when the server says that something changed, and when the next of their clocks
 * runs out: their parts marked data-part are put in place of the old ones. What has just become late is told by name. A page
 * that is not looked at does not listen; a part in which somebody works is left alone. */
(() => {
  'use strict';
  const root = document.querySelector('[data-live]');
  if (!root || !window.EventSource) return;
  const pause = Number(root.dataset.wait || 1500);
  const skew = root.dataset.now ? Number(root.dataset.now) - Date.now() : 0; // clocks of old desks go wrong
  const LONGEST = 2 ** 31 - 1;
  let stream = null;
  let waiting = 0;
  let alarm = 0;

  const late_rows = () => new Map([...document.querySelectorAll('tr.late[data-code]')].map(row => [row.dataset.code, row]));

  async function fetch_again() {
    waiting = 0;
    const reply = await fetch(location.href, {headers: {accept: 'text/html'}});
    if (!reply.ok || reply.redirected) return;
    const fresh = new DOMParser().parseFromString(await reply.text(), 'text/html');
    const before = late_rows();
    let told = false;
    for (const part of document.querySelectorAll('[data-part]')) {
      const other = fresh.querySelector(`[data-part="${part.dataset.part}"]`);
      if (!other || part.contains(document.activeElement) || part.innerHTML === other.innerHTML) continue;
      told = told || part.dataset.part === 'rows' || part.dataset.part === 'process';
      part.replaceWith(document.adoptNode(other));
    }
    const now = [...late_rows()].find(([code]) => !before.has(code));
    if (now && root.dataset.late) say_late(now[1]);
    else if (told) say(root.dataset.live);
    set_alarm();
    document.dispatchEvent(new Event('cases-changed'));
  }

  function show(...parts) {
    root.replaceChildren(...parts);
    root.hidden = false;
    clearTimeout(show.timer);
    show.timer = setTimeout(() => { root.hidden = true; }, 10000);
  }

  function say(words) {
    root.classList.remove('late');
    show(words);
  }

  function say_late(row) {
    const head = document.createElement('strong');
    const link = document.createElement('a');
    const what = row.querySelector('.what .ink');
    head.textContent = root.dataset.late;
    link.href = row.querySelector('.id a').getAttribute('href');
    link.textContent = `${row.dataset.code} ${what ? what.textContent : ''}`;
    root.classList.add('late');
    show(head, link, row.querySelector('.clock').textContent);
  }

  // The next end of a clock on the page: nobody needs to act for a case to become late.
  function set_alarm() {
    clearTimeout(alarm);
    const ends = [...document.querySelectorAll('tr[data-due]')].map(row => Number(row.dataset.due) - Date.now() - skew);
    const next = Math.min(...ends.filter(ms => ms > 0));
    if (next < LONGEST) alarm = setTimeout(() => fetch_again().catch(() => {}), next + 1200);
  }

  function listen() {
    if (document.hidden || stream) return;
    stream = new EventSource('/live');
    stream.addEventListener('changed', () => {
      if (!waiting) waiting = setTimeout(() => fetch_again().catch(() => {}), pause);
    });
    set_alarm();
  }

  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) return listen();
    if (stream) stream.close();
    stream = null;
  });
  window.addEventListener('pagehide', () => { if (stream) stream.close(); stream = null; });
  listen();
})();
