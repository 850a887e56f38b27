// Between updates, ages, waits and the levels of token buckets count on by themselves, by the server's clock.
{
  const shared = window.pgtaskqueue;
  const own = document.getElementById('live')?.dataset.now;
  let offset = own ? Number(own) - Date.now() : 0;

  shared.now = () => Date.now() + offset;
  /** A message can only be late, so the earliest one tells the server's clock best. */
  shared.serverTime = (at) => {
    offset = Math.max(offset, at - Date.now());
  };

  const calm = matchMedia('(prefers-reduced-motion: reduce)');
  let steps = 0;
  setInterval(() => {
    if (document.hidden || shared.live.isHeld()) return;
    steps += 1;
    if (steps % 4 === 0) countTimes();
    if (steps % 4 === 0 || !calm.matches) countLevels();
  }, 250);

  function countTimes() {
    for (const element of document.querySelectorAll('[data-relative], [data-age]')) {
      const seconds = (shared.now() - Date.parse(element.getAttribute('datetime'))) / 1000;
      if (Number.isNaN(seconds)) continue;
      const text = shared.duration(Math.abs(seconds));
      const age = element.hasAttribute('data-age');
      show(element, age ? shared.duration(Math.max(0, seconds)) : seconds < 0 ? `in ${text}` : `${text} ago`);
    }
  }

  /** A beaker of `data-size` tokens that gains `data-rate` a second and is full at `data-full`. */
  function countLevels() {
    for (const bucket of document.querySelectorAll('.bucket[data-full]')) {
      const [full, rate, size] = ['full', 'rate', 'size'].map((name) => Number(bucket.dataset[name]));
      const level = Math.max(0, size - (Math.max(0, full - shared.now()) / 1000) * rate);
      draw(bucket, level, size);
      const [text, wait, gain] = ['level', 'wait', 'gain'].map((name) => bucket.querySelector(`[data-${name}]`));
      if (text) show(text, level < 9.95 ? String(Number(level.toFixed(1))) : String(Math.round(level)));
      if (!wait || !gain) continue;
      wait.hidden = level >= 1;
      gain.hidden = level < 1;
      if (level < 1) show(wait, `next in ${shared.duration((1 - level) / rate)}`);
    }
  }

  /** As parts/bucket.ts. */
  function draw(bucket, level, size) {
    const top = 44 - (30 * level) / Math.max(size, 1e-9);
    const inset = 8.5 + (top - 14) * 0.1037;
    const [left, right, y] = [inset, 48 - inset, top].map((number) => Math.round(number * 10) / 10);
    const has = level > size / 100;
    set(bucket, '.bk-level', has ? `M${left} ${y}H${right}L36.5 43q-.4 1.6-2 1.6H13.5q-1.6 0-2-1.6z` : '');
    set(bucket, '.bk-top', has ? `M${left} ${y}H${right}` : '');
  }

  function set(bucket, selector, path) {
    const element = bucket.querySelector(selector);
    if (element && element.getAttribute('d') !== path) element.setAttribute('d', path);
  }

  function show(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }
}
