// Keeps the pages calm while they refresh themselves, and says when the manager has stopped answering.
(() => {
  'use strict';
  const shown = new Map();
  const pulse = document.getElementById('pulse');
  let heard = Date.now();
  let stale = false;

  const clock = time => new Date(time).toISOString().slice(11, 19) + ' UTC';

  const say = nowStale => {
    if (!pulse) {
      return;
    }
    pulse.classList.toggle('stale', nowStale);
    document.body.classList.toggle('stale', nowStale);
    const text = nowStale ? 'No answer since ' + clock(heard) : 'Live';
    // Written only when it changes: screen readers read it out each time.
    if (pulse.textContent !== text) {
      pulse.textContent = text;
    }
    stale = nowStale;
  };

  // What looks the same is not put in again, so that focus, marked text and open hints stay.
  document.addEventListener('htmx:beforeSwap', event => {
    const detail = event.detail;
    const key = detail.target.id;
    if (detail.xhr.status === 200) {
      detail.shouldSwap = shown.get(key) !== detail.xhr.responseText;
      shown.set(key, detail.xhr.responseText);
    }
  });

  // Nobody looks: nothing is asked.
  document.addEventListener('htmx:beforeRequest', event => {
    if (document.hidden && event.detail.requestConfig.verb === 'get') {
      event.preventDefault();
    }
  });

  document.addEventListener('htmx:afterRequest', event => {
    if (event.detail.successful) {
      heard = Date.now();
      say(false);
    } else if (event.detail.xhr && event.detail.xhr.status !== 401) {
      say(true);
    }
  });
  for (const failure of ['htmx:sendError', 'htmx:timeout', 'htmx:responseError']) {
    document.addEventListener(failure, () => say(true));
  }

  // On a narrow window a picture is wider than its frame: begin at the present hour.
  const showNow = () => {
    for (const frame of document.querySelectorAll('.scroll')) {
      const mark = frame.querySelector('rect.now');
      if (mark && frame.scrollWidth > frame.clientWidth) {
        const middle = mark.getBoundingClientRect().left - frame.getBoundingClientRect().left + frame.scrollLeft;
        frame.scrollLeft = middle - frame.clientWidth / 2;
      }
    }
  };
  document.addEventListener('htmx:afterSwap', showNow);
  showNow();

  if (document.getElementById('live')) {
    say(stale);
  }
})();
