/* The residents' forms, made easier where there is a script: photos made small before they are sent, a voice note, one's own
 * position or a press on the map, finding a kind. Without it every part of the form works as it stands. */
(() => {
  'use strict';
  const {shrink, record, can_record} = globalThis.capture;
  for (const part of document.querySelectorAll('[data-js]')) part.hidden = false;

  const faults = document.getElementById('faults') || document.querySelector('details[open] [role=alert]');
  if (faults) faults.focus();

  // --- photos: each choice adds to those before, as cameras of phones give one at a time
  const put_files = (input, files) => {
    const all = new DataTransfer();
    for (const file of files) all.items.add(file);
    input.files = all.files;
  };

  function show_photos(box) {
    for (const old of box.shots.querySelectorAll('.chosen')) old.remove();
    box.files.forEach((file, i) => {
      const shot = document.createElement('span'), image = document.createElement('img');
      shot.className = 'shot chosen';
      image.src = URL.createObjectURL(file);
      image.alt = file.name;
      image.addEventListener('load', () => URL.revokeObjectURL(image.src));
      const size = document.createElement('small'), remove = document.createElement('button');
      size.textContent = `${Math.ceil(file.size / 1024)} KB`;
      remove.type = 'button';
      remove.textContent = '×';
      remove.setAttribute('aria-label', `${box.input.dataset.remove} ${i + 1}`);
      remove.addEventListener('click', () => {
        box.files.splice(i, 1);
        put_files(box.input, box.files);
        show_photos(box);
        box.input.focus();
      });
      shot.append(image, size, remove);
      box.shots.insertBefore(shot, box.shots.lastElementChild);
    });
  }

  async function add_photos(box) {
    const most = Number(box.input.dataset.photos), chosen = [...box.input.files];
    box.input.disabled = true; // nothing is sent before they are small
    for (const file of chosen) {
      if (box.files.length >= most) break;
      try {
        const blob = await shrink(file, null);
        box.files.push(new File([blob], `${box.files.length + 1}.jpg`, {type: 'image/jpeg'}));
      } catch {
        box.files.push(file); // the server says what is wrong with it
      }
    }
    box.input.disabled = false;
    put_files(box.input, box.files);
    show_photos(box);
  }

  for (const input of document.querySelectorAll('[data-photos]')) {
    const box = {input, files: [], shots: input.parentElement.querySelector('.shots')};
    if (!box.shots) continue;
    input.classList.add('tucked');
    input.addEventListener('change', () => add_photos(box));
    input.form.addEventListener('submit', event => input.disabled && event.preventDefault());
  }

  // --- a voice note
  for (const box of document.querySelectorAll('[data-voice]')) {
    const button = box.querySelector('button'), input = box.querySelector('input[type=file]');
    const player = box.querySelector('audio');
    button.parentElement.hidden = !can_record();
    button.addEventListener('click', () => record(button, button.dataset, blob => {
      put_files(input, [new File([blob], 'voice', {type: blob.type})]);
      input.dispatchEvent(new Event('change'));
    }));
    input.addEventListener('change', () => {
      player.hidden = !input.files.length;
      if (input.files.length) player.src = URL.createObjectURL(input.files[0]);
    });
  }

  // --- where
  document.addEventListener('click', event => {
    const button = event.target.closest('[data-locate]');
    if (!button || !navigator.geolocation) return;
    const words = button.querySelector('span');
    const field = button.form.elements[button.dataset.locate];
    words.textContent = button.dataset.wait;
    navigator.geolocation.getCurrentPosition(found => {
      field.value = `${found.coords.longitude.toFixed(6)},${found.coords.latitude.toFixed(6)}`;
      words.textContent = button.dataset.done;
    }, () => {
      field.value = '';
      words.textContent = button.dataset.failed;
    }, {enableHighAccuracy: true, timeout: 10000});
  });

  const load = address => new Promise((resolve, reject) => {
    const css = address.includes('.css'), part = document.createElement(css ? 'link' : 'script');
    if (css) part.rel = 'stylesheet';
    part[css ? 'href' : 'src'] = address;
    part.addEventListener('load', resolve);
    part.addEventListener('error', reject);
    document.head.append(part);
  });

  // The map is fetched when somebody asks for it: most know their community, or stand where it is.
  async function open_map(button) {
    const box = document.getElementById('pick'), template = document.getElementById('pick-map');
    const field = button.form.elements[button.dataset.map], words = button.querySelector('span');
    button.disabled = true;
    box.append(template.content.cloneNode(true));
    box.hidden = false;
    const lon = document.getElementById('pick-lon'), lat = document.getElementById('pick-lat');
    [lon.value, lat.value] = field.value ? field.value.split(',') : ['', ''];
    lat.addEventListener('change', () => {
      field.value = `${lon.value},${lat.value}`;
      words.textContent = button.dataset.done;
    });
    try {
      const {style, look, library, script} = button.dataset;
      for (const address of [style, look, library, script]) await load(address);
    } catch {
      box.hidden = true;
      button.disabled = false;
    }
  }
  for (const button of document.querySelectorAll('[data-map-open]')) {
    button.addEventListener('click', () => open_map(button));
  }

  // --- kinds
  document.addEventListener('input', event => {
    const box = event.target.closest('[data-find]');
    if (!box) return;
    const wanted = box.value.trim().toLowerCase();
    const tiles = box.closest('details').querySelectorAll(box.dataset.find);
    for (const tile of tiles) tile.hidden = wanted !== '' && !tile.textContent.toLowerCase().includes(wanted);
  });

  // The picture chosen, with where it stands in the catalogue: the finer kind, as those who handle it will name it.
  const finer = document.querySelector('[data-finer]');
  function show_finer() {
    const tile = finer && document.querySelector('.tile :checked');
    const said = tile ? tile.dataset.name || '' : '';
    if (finer) finer.hidden = said === '';
    if (said) finer.querySelector('b').textContent = said;
  }
  document.addEventListener('change', event => event.target.closest('.tile') && show_finer());
  show_finer();
})();
