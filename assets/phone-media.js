/* Photos, voice, position and plates in the forms of the phone pages (capture.js makes photos small). Each works on the plain
 * form, which does without when the browser cannot. */
(root => {
  'use strict';
  const {shrink, record, can_record} = root.capture;
  const words = () => document.getElementById('phone-words').dataset;
  const fill = (text, n) => text.replace('#', n);
  const taken = new Map(); // field -> [{blob, name, type}]

  const files_of = field => taken.get(field) || [];
  const stamp = () => new Date().toLocaleString('sv-SE', {timeZone: 'Asia/Shanghai'}).slice(0, 16);

  function place_words() {
    const select = document.querySelector('[data-place] select');
    return select && select.value ? select.selectedOptions[0].textContent.trim() : '';
  }

  function write_mark(canvas, context) {
    const size = Math.max(14, Math.round(canvas.width / 40));
    context.font = `${size}px sans-serif`;
    context.fillStyle = 'rgb(12 24 44 / 60%)';
    context.fillRect(0, canvas.height - size * 2, canvas.width, size * 2);
    context.fillStyle = '#fff';
    context.fillText(`${stamp()}  ${place_words()}`, size * 0.6, canvas.height - size * 0.7);
  }

  // --- photos
  function show_shots(box) {
    const field = box.dataset.shots, list = files_of(field), shots = box.querySelector('.shots');
    for (const old of shots.querySelectorAll('.mine')) old.remove();
    list.forEach((file, i) => {
      const shot = document.createElement('span');
      shot.className = 'shot mine';
      const image = document.createElement('img');
      image.src = URL.createObjectURL(file.blob);
      image.alt = fill(words().photo, i + 1);
      const note = document.createElement('small');
      note.textContent = `${Math.round(file.blob.size / 1024)} KB`;
      const remove = document.createElement('button');
      remove.type = 'button';
      remove.textContent = '×';
      remove.setAttribute('aria-label', `${words().remove} ${i + 1}`);
      remove.addEventListener('click', () => {
        list.splice(i, 1);
        show_shots(box);
      });
      shot.append(image, note, remove);
      shots.insertBefore(shot, shots.lastElementChild);
    });
    box.querySelector('[data-count]').textContent = list.length;
    const input = box.querySelector('input[type=file]');
    if (input.dataset.needed) input.required = list.length === 0;
  }

  async function take_photos(box, input) {
    const list = files_of(box.dataset.shots);
    taken.set(box.dataset.shots, list);
    const mark = box.querySelector('[data-watermark]').checked;
    for (const file of [...input.files]) {
      if (list.length >= 9) break;
      try {
        list.push({blob: await shrink(file, mark ? write_mark : null), name: 'photo.jpg', type: 'image/jpeg'});
      } catch {
        list.push({blob: file, name: 'photo', type: file.type}); // the server says what is wrong with it
      }
    }
    input.value = '';
    show_shots(box);
    box.dispatchEvent(new Event('kept', {bubbles: true}));
  }

  for (const box of document.querySelectorAll('[data-shots]')) {
    const input = box.querySelector('input[type=file]');
    if (input.required) input.dataset.needed = '1';
    input.classList.add('tucked');
    input.addEventListener('change', () => take_photos(box, input));
  }

  // --- voice
  function keep_voice(box, blob) {
    const field = box.dataset.voice;
    taken.set(field, [{blob, name: 'voice', type: blob.type}]);
    let player = box.querySelector('audio');
    if (!player) {
      player = document.createElement('audio');
      player.controls = true;
      box.append(player);
    }
    player.src = URL.createObjectURL(blob);
    box.dispatchEvent(new Event('kept', {bubbles: true}));
  }

  for (const box of document.querySelectorAll('[data-voice]')) {
    const button = box.querySelector('[data-record]');
    button.hidden = !can_record();
    button.addEventListener('click', () => record(button,
      {record: words().record, recording: words().recording, none: words().noMicrophone}, blob => keep_voice(box, blob)));
  }

  // --- the map: fetched when it is asked for, kept for cellars by the service worker
  const fetch_part = address => new Promise((resolve, reject) => {
    const css = address.includes('.css'), part = document.createElement(css ? 'link' : 'script');
    if (css) part.rel = 'stylesheet';
    part[css ? 'href' : 'src'] = address;
    part.addEventListener('load', resolve);
    part.addEventListener('error', reject);
    document.head.append(part);
  });

  // Puts the map of the page into `box`; `more` are further data of the map. A second press folds it away.
  async function open_map(button, box, more) {
    button.setAttribute('aria-expanded', String(box.hidden));
    box.hidden = !box.hidden;
    if (box.children.length) return;
    box.append(document.getElementById('grid-map').content.cloneNode(true));
    Object.assign(box.querySelector('[data-map]').dataset, more);
    const {style, look, library, script} = button.dataset;
    try {
      for (const address of [style, look, library, script]) await fetch_part(address);
    } catch {
      box.textContent = words().mapFailed;
    }
  }

  async function pick_on_map(box, button) {
    const [lon, lat] = box.querySelectorAll('.pair input');
    const first = !box.querySelector('.map-box');
    await open_map(button, box.querySelector('.grid-map'), {pick: `${lon.id} ${lat.id}`});
    if (first) {
      lat.addEventListener('change', () => {
        button.querySelector('span').textContent = words().mapPicked;
        box.dispatchEvent(new Event('located', {bubbles: true}));
        box.dispatchEvent(new Event('kept', {bubbles: true}));
      });
    }
  }

  // --- where
  function locate(box, button) {
    const label = button.querySelector('span'), name = box.dataset.position;
    label.textContent = words().locating;
    navigator.geolocation.getCurrentPosition(found => {
      box.querySelector(`[name="${name}.lon"]`).value = found.coords.longitude.toFixed(6);
      box.querySelector(`[name="${name}.lat"]`).value = found.coords.latitude.toFixed(6);
      label.textContent = fill(words().located, Math.round(found.coords.accuracy));
      box.querySelector(`[name="${name}.lat"]`).dispatchEvent(new Event('change'));
      box.dispatchEvent(new Event('located', {bubbles: true}));
    }, () => { label.textContent = words().noPlace; }, {enableHighAccuracy: true, timeout: 10000});
  }
  for (const box of document.querySelectorAll('[data-position]')) {
    const button = box.querySelector('[data-here]');
    button.addEventListener('click', () => locate(box, button));
    const open = box.querySelector('[data-map-open]');
    if (!document.getElementById('grid-map')) open.parentElement.hidden = true;
    open.addEventListener('click', () => pick_on_map(box, open));
  }

  // --- plates
  const plate_of = text => (/\/p\/([A-Za-z0-9-]{4,40})/.exec(text) || /^([A-Za-z0-9-]{4,40})$/.exec(text) || [])[1];

  async function set_plate(box, code) {
    box.querySelector('input[type=hidden]').value = code;
    const note = box.querySelector('[data-scanned]');
    note.textContent = fill(words().scanned, code);
    try {
      const reply = await fetch(`/phone/plate/${code}`);
      if (reply.ok) note.textContent = fill(words().scanned, (await reply.json()).name);
    } catch { /* without a network the code is enough */ }
    box.dispatchEvent(new Event('kept', {bubbles: true}));
  }

  function look(video, canvas) {
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    if (!canvas.width) return null;
    const context = canvas.getContext('2d', {willReadFrequently: true});
    context.drawImage(video, 0, 0);
    const {data, width, height} = context.getImageData(0, 0, canvas.width, canvas.height);
    const found = root.jsQR(data, width, height);
    return found && plate_of(found.data);
  }

  async function scan(box, library) {
    const note = box.querySelector('[data-scanned]');
    let stream;
    try {
      if (!root.jsQR) await fetch_part(library);
      stream = await navigator.mediaDevices.getUserMedia({video: {facingMode: 'environment'}});
    } catch {
      note.textContent = words().noCamera;
      return;
    }
    const video = document.createElement('video'), canvas = document.createElement('canvas');
    video.className = 'scan';
    video.playsInline = true;
    video.srcObject = stream;
    box.append(video);
    await video.play();
    const end = Date.now() + 30000;
    const timer = setInterval(() => {
      const code = look(video, canvas);
      if (!code && Date.now() < end) return;
      clearInterval(timer);
      for (const track of stream.getTracks()) track.stop();
      video.remove();
      if (code) set_plate(box, code);
    }, 250);
  }
  for (const box of document.querySelectorAll('[data-place]')) {
    const button = box.querySelector('[data-scan]');
    button.addEventListener('click', () => scan(box, button.dataset.library));
  }

  root.phone_media = {
    open_map,
    files: () => [...taken].flatMap(([field, list]) => list.map(file => ({field, ...file}))),
    restore(files) {
      for (const {field, ...file} of files) taken.set(field, [...files_of(field), file]);
      for (const box of document.querySelectorAll('[data-shots]')) show_shots(box);
      for (const box of document.querySelectorAll('[data-voice]')) {
        const [voice] = files_of(box.dataset.voice);
        if (voice) keep_voice(box, voice.blob);
      }
    },
    clear: () => taken.clear(),
  };
})(globalThis);
