/* What camera and microphone give, for every form that asks for it. Photos are drawn anew: smaller, and without what the
 * camera wrote into them (where, when, with what). Each form does without when the browser cannot. */
(root => {
  'use strict';
  const EDGE = 1600, QUALITY = 0.78, VOICE_MS = 60000;

  // A JPEG of at most EDGE pixels; `mark` (or nothing) may draw on the canvas before it is kept.
  async function shrink(file, mark) {
    const image = await createImageBitmap(file, {imageOrientation: 'from-image'});
    const scale = Math.min(1, EDGE / Math.max(image.width, image.height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(image.width * scale));
    canvas.height = Math.max(1, Math.round(image.height * scale));
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    if (mark) mark(canvas, context);
    return new Promise((resolve, reject) => {
      canvas.toBlob(blob => (blob ? resolve(blob) : reject(new Error('not drawn'))), 'image/jpeg', QUALITY);
    });
  }

  const can_record = () => Boolean(navigator.mediaDevices && root.MediaRecorder);

  // A press begins, another ends it, a minute ends it too. `words`: {record, recording, none}; `keep` is given the sound.
  async function record(button, words, keep) {
    const label = button.querySelector('span');
    if (button.recorder) return button.recorder.stop();
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({audio: true});
    } catch {
      label.textContent = words.none;
      return null;
    }
    const parts = [], recorder = button.recorder = new MediaRecorder(stream);
    recorder.addEventListener('dataavailable', event => parts.push(event.data));
    recorder.addEventListener('stop', () => {
      for (const track of stream.getTracks()) track.stop();
      button.recorder = null;
      button.removeAttribute('aria-pressed');
      label.textContent = words.record;
      const blob = new Blob(parts, {type: recorder.mimeType.split(';')[0]});
      if (blob.size) keep(blob);
    });
    recorder.start();
    button.setAttribute('aria-pressed', 'true');
    label.textContent = words.recording;
    setTimeout(() => recorder.state === 'recording' && recorder.stop(), VOICE_MS);
    return null;
  }

  root.capture = {shrink, record, can_record};
})(globalThis);
