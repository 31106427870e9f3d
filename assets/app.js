/* What improves every page; all of them work without it. */
(() => {
  'use strict';
  document.documentElement.classList.add('js');
  const token = document.querySelector('meta[name=csrf]');
  document.addEventListener('htmx:configRequest', (event) => {
    if (token && token.content) event.detail.headers['X-CSRF-Token'] = token.content;
  });

  // A form is sent once: a second press of the button while the first is under way does nothing.
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== 'post') return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = '1';
    setTimeout(() => delete form.dataset.sent, 8000);
  });
  window.addEventListener('pageshow', () => {
    for (const form of document.querySelectorAll('form[data-sent]')) delete form.dataset.sent;
  });

  document.addEventListener('click', (event) => {
    if (event.target.closest('[data-print]')) window.print();
  });

  // The device's own position, when its owner allows it, into the two fields beside the button.
  document.addEventListener('click', (event) => {
    const button = event.target.closest('[data-locate]');
    if (!button) return;
    const box = button.closest('[data-position]');
    const [lon, lat] = box.querySelectorAll('input');
    const said = box.querySelector('[data-located]');
    const refused = () => { said.textContent = button.dataset.refused; };
    if (!navigator.geolocation) return refused();
    navigator.geolocation.getCurrentPosition(({coords}) => {
      lon.value = coords.longitude.toFixed(6);
      lat.value = coords.latitude.toFixed(6);
      said.textContent = `±${Math.round(coords.accuracy)} m`;
    }, refused, {enableHighAccuracy: true, timeout: 15000});
  });

  // A phrase goes in where the cursor stands; what is written stays.
  document.addEventListener('click', (event) => {
    const chip = event.target.closest('[data-phrase]');
    const field = chip && document.getElementById(chip.dataset.phrase);
    if (!field) return;
    field.setRangeText(chip.textContent, field.selectionStart, field.selectionEnd, 'end');
    field.focus();
    field.dispatchEvent(new Event('input', {bubbles: true}));
  });

  // Signing out takes what the phone pages kept for reading, and the key of what waits, off this device first.
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (form.getAttribute('action') !== '/sign-out' || !window.caches || form.dataset.wiped) return;
    event.preventDefault();
    const forget = () => new Promise((done) => {
      const asked = indexedDB.open('tongxin-phone');
      asked.onupgradeneeded = () => asked.transaction.abort();
      asked.onerror = done;
      asked.onsuccess = () => {
        const change = asked.result.transaction(['me', 'items'], 'readwrite');
        change.objectStore('me').delete('me');
        // What the server said of others (who moved a case on) is asked for anew at the next sign-in of the same account.
        change.objectStore('items').openCursor().onsuccess = ({target: {result: at}}) => {
          if (!at) return;
          at.update({...at.value, why: null, state: 'wait', not_before: 0});
          at.continue();
        };
        change.oncomplete = change.onerror = () => { asked.result.close(); done(); };
      };
    });
    // The worker may be keeping a page just now: it stops and forgets before the session ends.
    const stop = async () => {
      const worker = (await navigator.serviceWorker?.getRegistration('/phone'))?.active;
      if (!worker) return;
      const {port1, port2} = new MessageChannel();
      const gone = new Promise((done) => { port1.onmessage = done; });
      worker.postMessage({kind: 'forget'}, [port2]);
      await gone;
    };
    const late = new Promise((done) => { setTimeout(done, 1500); });
    Promise.race([Promise.all([stop().then(() => caches.delete('tongxin-pages')), forget()]), late]).catch(() => {}).then(() => {
      form.dataset.wiped = '1';
      form.submit();
    });
  });

  // Selects and boxes marked so send their form when they change.
  document.addEventListener('change', (event) => {
    if (event.target.matches('[data-submit]')) event.target.form.requestSubmit();
  });
})();
