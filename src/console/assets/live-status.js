// What the bar says of live updates, and the note while the connection is lost.
{
  const { live, parse } = window.pgtaskqueue;
  const place = document.getElementById('live');
  const SILENT_MS = 5000;
  /** { reason, failures, tryAt }; undefined: all is well. */
  let lost;

  live.lose = (reason, tryAt) => {
    lost = { reason, tryAt, failures: (lost?.failures ?? 0) + 1 };
    show();
    return lost.failures;
  };
  live.recover = () => {
    lost = undefined;
    document.getElementById('live-lost')?.remove();
    show();
  };

  const button = parse(
    '<button class="btn bare hide-s" type="button" aria-pressed="false"><svg class="i" viewBox="0 0 16 16" aria-hidden="true"><path></path></svg><span class="sr">Pause live updates</span></button>',
  );
  button.addEventListener('click', () => {
    live.toggle();
    show();
  });

  function show() {
    const isSilent = Date.now() - live.heardAt > SILENT_MS;
    const isLive = !live.isHeld() && !isSilent && !lost;
    place.classList.toggle('off', !isLive);
    const label = live.isHeld() ? paused() : isLive ? `Live, ${age()} ago` : 'Not live';
    if (place.title !== label) place.title = label;
    place.firstElementChild.textContent = label;
    button.setAttribute('aria-pressed', String(live.isStopped()));
    const path = live.isStopped() ? 'M5 3.25v9.5L12.5 8z' : 'M5.5 3.5v9M10.5 3.5v9';
    button.querySelector('path').setAttribute('d', path);
    if (lost) showLost();
  }

  const age = () => `${((Date.now() - live.heardAt) / 1000).toFixed(1)}\u00a0s`;
  const paused = () => `Paused, ${live.held()} ${live.held() === 1 ? 'change' : 'changes'} held`;
  const clock = (ms) => new Date(ms).toLocaleTimeString('en-GB');

  function showLost() {
    if (lost.failures < 2) return;
    const note = document.getElementById('live-lost') ?? lostNote();
    const seconds = Math.max(0, Math.round((lost.tryAt - Date.now()) / 1000));
    const from = live.shownAt || performance.timeOrigin;
    note.querySelector('p span').textContent =
      `${lost.reason} Trying again in ${seconds}\u00a0s. What you see is from ${clock(from)}.`;
  }

  function lostNote() {
    const note = parse(
      '<div class="note tone-slow" id="live-lost"><span class="badge"><svg class="i" viewBox="0 0 16 16" aria-hidden="true"><path d="M8 2.5 14 13H2z"/><path d="M8 6.5v3M8 11.25v.01"/></svg></span><p><b role="status">Live updates stopped.</b> <span></span></p><button class="btn" type="button">Try now</button></div>',
    );
    note.querySelector('button').addEventListener('click', () => live.follow());
    document.getElementById('main').prepend(note);
    return note;
  }

  if (place) {
    const text = document.createElement('span');
    text.className = 't';
    place.replaceChildren(text);
    place.after(button);
    setInterval(() => !document.hidden && show(), 250);
  }
}
