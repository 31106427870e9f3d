/* An inspection is saved clause by clause as one goes. Without a network answers wait in this browser and are sent when there
 * is one again; the page's own buttons work all the same, also without this script. */
(() => {
  const form = document.querySelector('[data-inspection]');
  if (!form) return;
  const store = `inspection:${form.getAttribute('action')}`;
  const bar = form.querySelector('progress');
  const waiting = new Set();
  let busy = false;

  const field = (clause, part) => form.elements[`${part}.${clause}`];
  const verdict = clause => field(clause, 'v').value;

  function state(clause, look, words) {
    const at = form.querySelector(`[data-clause="${CSS.escape(clause)}"] [data-state]`);
    at.className = `clause-state ${look}`;
    at.textContent = words;
  }

  // What is not saved yet, so that a page that was closed in a cellar has it again. Photos stay in the form only.
  function remember() {
    const rows = [...waiting].map(clause => [clause, verdict(clause), field(clause, 'n').value]);
    try {
      if (rows.length) localStorage.setItem(store, JSON.stringify(rows));
      else localStorage.removeItem(store);
    } catch { /* no room: the form still holds it */ }
  }

  function body_of(clause) {
    const body = new FormData();
    for (const hidden of form.querySelectorAll('input[type="hidden"]')) body.append(hidden.name, hidden.value);
    if (verdict(clause)) body.append(`v.${clause}`, verdict(clause));
    body.append(`n.${clause}`, field(clause, 'n').value);
    const photo = field(clause, 'p').files[0];
    if (photo) body.append(`p.${clause}`, photo);
    return body;
  }

  async function send(clause) {
    const photo = field(clause, 'p').files[0];
    const reply = await fetch(form.action, {method: 'POST', body: body_of(clause), redirect: 'manual'});
    const good = reply.type === 'opaqueredirect' || reply.ok;
    if (!good && reply.status >= 500) throw new Error('later');
    waiting.delete(clause);
    if (good && photo) field(clause, 'p').value = '';
    if (good) state(clause, 'kept', form.dataset.saved);
    else state(clause, 'refused', form.dataset.wrong);
  }

  async function flush() {
    if (busy) return;
    busy = true;
    for (const clause of [...waiting]) {
      try {
        await send(clause);
      } catch {
        state(clause, 'waiting', form.dataset.waiting);
      }
    }
    busy = false;
    remember();
    bar.value = [...form.querySelectorAll('[data-clause]')].filter(c => verdict(c.dataset.clause)).length;
  }

  function restore() {
    let rows = [];
    try {
      rows = JSON.parse(localStorage.getItem(store)) ?? [];
    } catch { /* not ours */ }
    for (const [clause, said, note] of rows) {
      if (!field(clause, 'v')) continue;
      if (said) field(clause, 'v').value = said;
      field(clause, 'n').value = note;
      waiting.add(clause);
    }
    flush();
  }

  form.addEventListener('change', event => {
    const clause = event.target.closest('[data-clause]')?.dataset.clause;
    if (!clause) return;
    waiting.add(clause);
    remember();
    flush();
  });
  form.addEventListener('submit', () => localStorage.removeItem(store));
  addEventListener('online', flush);
  setInterval(flush, 20000);
  restore();
})();
