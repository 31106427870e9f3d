/* The quick way out of a sealed page: the page leaves the history. Without a script the link does the same but for that.
   Three times Escape within two seconds is the same as the button. */
(() => {
  'use strict';
  const link = document.querySelector('[data-leave]');
  if (!link) return;
  const leave = (event) => {
    if (event) event.preventDefault();
    document.documentElement.hidden = true;
    location.replace(link.href);
  };
  link.addEventListener('click', leave);
  let pressed = [];
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    pressed = pressed.filter(at => event.timeStamp - at < 2000).concat(event.timeStamp);
    if (pressed.length >= 3) leave();
  });
})();
