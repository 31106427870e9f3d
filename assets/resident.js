/* The report form, made easier where there is JavaScript: one's own position, finding a kind, seeing the photos chosen.
 * Without it every part of the form works as it stands. */
(() => {
  'use strict';
  for (const part of document.querySelectorAll('[data-js]')) part.hidden = false;
  for (const input of document.querySelectorAll('[data-photos]')) input.classList.add('tucked');

  const faults = document.getElementById('faults');
  if (faults) faults.focus();

  document.addEventListener('click', (event) => {
    const button = event.target.closest('[data-locate]');
    if (!button || !navigator.geolocation) return;
    const words = button.querySelector('span');
    const field = button.form.elements[button.dataset.locate];
    words.textContent = button.dataset.wait;
    navigator.geolocation.getCurrentPosition((found) => {
      field.value = `${found.coords.longitude.toFixed(6)},${found.coords.latitude.toFixed(6)}`;
      words.textContent = button.dataset.done;
    }, () => {
      field.value = '';
      words.textContent = button.dataset.failed;
    }, {enableHighAccuracy: true, timeout: 10000});
  });

  document.addEventListener('input', (event) => {
    const box = event.target.closest('[data-find]');
    if (!box) return;
    const wanted = box.value.trim().toLowerCase();
    const tiles = box.closest('details').querySelectorAll(box.dataset.find);
    for (const tile of tiles) tile.hidden = wanted !== '' && !tile.textContent.toLowerCase().includes(wanted);
  });

  // The photos chosen, before they are sent.
  document.addEventListener('change', (event) => {
    const input = event.target.closest('[data-photos]');
    if (!input) return;
    const shots = input.parentElement.querySelector('.shots');
    for (const old of shots.querySelectorAll('.chosen')) old.remove();
    for (const file of [...input.files].slice(0, Number(input.dataset.photos))) {
      const image = document.createElement('img');
      image.src = URL.createObjectURL(file);
      image.alt = '';
      image.addEventListener('load', () => URL.revokeObjectURL(image.src));
      const box = document.createElement('span');
      box.className = 'shot chosen';
      box.append(image);
      shots.insertBefore(box, shots.lastElementChild);
    }
  });
})();
