// Lists of cases: choose all on the page, how many are chosen, copy the list's own address. All works without, but copying.
(() => {
  'use strict';
  const form = document.querySelector('[data-bulk]');
  const boxes = form ? [...form.querySelectorAll('input[name=code]')] : [];
  const all = form && form.querySelector('[data-all]');
  const said = form && form.querySelector('[data-chosen]');

  function count() {
    const n = boxes.filter(box => box.checked).length;
    if (said) said.textContent = n ? said.dataset.chosen.replace('#', n) : '';
    if (!all) return;
    all.checked = n > 0 && n === boxes.length;
    all.indeterminate = n > 0 && n < boxes.length;
  }

  document.addEventListener('change', (event) => {
    if (event.target === all) for (const box of boxes) box.checked = all.checked;
    if (event.target === all || boxes.includes(event.target)) count();
  });
  window.addEventListener('pageshow', count);

  document.addEventListener('click', async (event) => {
    const button = event.target.closest('[data-copy]');
    if (!button) return;
    const address = new URL(location.href);
    for (const name of ['at', 'id', 'lang']) address.searchParams.delete(name);
    try {
      await navigator.clipboard.writeText(address.href);
    } catch {
      window.prompt(button.dataset.copy, address.href);
      return;
    }
    button.setAttribute('aria-live', 'polite');
    button.textContent = button.dataset.copy;
  });
})();
