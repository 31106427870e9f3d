/* Pages with data-live fetch themselves again when the server says that something changed: their parts marked
 * data-part are put in place of the old ones. A page that is not looked at does not listen. */
(() => {
  'use strict';
  const root = document.querySelector('[data-live]');
  if (!root || !window.EventSource) return;
  let stream = null;
  let waiting = 0;

  async function fetch_again() {
    waiting = 0;
    const reply = await fetch(location.href, {headers: {accept: 'text/html'}});
    if (!reply.ok || reply.redirected) return;
    const fresh = new DOMParser().parseFromString(await reply.text(), 'text/html');
    for (const part of document.querySelectorAll('[data-part]')) {
      const other = fresh.querySelector(`[data-part="${part.dataset.part}"]`);
      if (!other || part.contains(document.activeElement) || part.innerHTML === other.innerHTML) continue;
      if (part.dataset.part === 'rows') say(root.dataset.live);
      part.replaceWith(document.adoptNode(other));
    }
    document.dispatchEvent(new Event('cases-changed'));
  }

  function say(words) {
    const toast = document.getElementById('toast');
    if (!toast) return;
    toast.textContent = words;
    toast.hidden = false;
    setTimeout(() => { toast.hidden = true; }, 8000);
  }

  function listen() {
    if (document.hidden || stream) return;
    stream = new EventSource('/live');
    stream.addEventListener('changed', () => {
      if (!waiting) waiting = setTimeout(() => fetch_again().catch(() => {}), 1500);
    });
  }

  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) return listen();
    if (stream) stream.close();
    stream = null;
  });
  window.addEventListener('pagehide', () => { if (stream) stream.close(); stream = null; });
  listen();
})();
