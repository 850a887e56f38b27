// The keys, except those that belong to selecting (x) and to live updates (l). Off while typing and in dialogs.
{
  const LEAD_MS = 1500;
  const SECTIONS = { q: 'queues', t: 'tasks', d: 'dead', c: 'cron', h: 'health' };
  /** When `g` was pressed; a section may follow. */
  let ledAt = Number.NEGATIVE_INFINITY;

  const isTyping = (element) => element.matches('input:not([type=checkbox], [type=radio]), select, textarea');
  /** The row's own page is where its heading leads. */
  const linkOf = (row) => row?.querySelector('th a[href]');
  const rows = () => [...document.querySelectorAll('main tbody tr')].filter((row) => row.offsetParent && linkOf(row));
  const cursor = () => document.querySelector('tr.cursor');

  function move(step) {
    const all = rows();
    if (all.length === 0) return;
    const at = all.indexOf(cursor());
    const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + step))];
    cursor()?.classList.remove('cursor');
    next.classList.add('cursor');
    next.scrollIntoView({ block: 'nearest' });
  }

  /** The act of a key on the row with the cursor, or else on the page. */
  function act(key) {
    const row = cursor();
    if (row?.dataset[key]) return open(row.dataset[key]);
    const button = row?.querySelector(`[data-key="${key}"]`) ?? document.querySelector(`main [data-key="${key}"]`);
    if (!button || (button.closest('[data-bulk]') && !select(row))) return false;
    button.click();
    return true;
  }

  /** An act on the selection acts on the row, if nothing is selected. Returns whether there is something. */
  function select(row) {
    if (document.querySelector('main tbody input[type=checkbox]:checked')) return true;
    const box = row?.querySelector('input[type=checkbox]');
    box?.click();
    return Boolean(box);
  }

  function open(path) {
    location.assign(path);
    return true;
  }

  const KEYS = {
    '/': () => {
      document.querySelector('.find input')?.select();
      return true;
    },
    '?': () => {
      document.querySelector('a[href="keys"]')?.click();
      return true;
    },
    a: () => open(document.querySelector('main a[href^="add"]')?.href ?? 'add'),
    j: () => move(1),
    k: () => move(-1),
    r: () => act('r'),
    p: () => act('p'),
    Enter: (target) => {
      const link = linkOf(cursor());
      return link && !target.closest('a, button, summary, label, input') && open(link.href);
    },
    Escape: () => {
      if (!document.querySelector('main tbody input[type=checkbox]:checked')) cursor()?.classList.remove('cursor');
    },
  };

  function press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !document.querySelector('.rail')) return;
    if (document.querySelector('dialog[open]')) return;
    if (isTyping(event.target)) {
      if (event.key === 'Escape') event.target.blur();
      return;
    }
    const isLed = event.timeStamp - ledAt < LEAD_MS;
    ledAt = event.key === 'g' && !isLed ? event.timeStamp : Number.NEGATIVE_INFINITY;
    const section = isLed && Object.hasOwn(SECTIONS, event.key) ? SECTIONS[event.key] : undefined;
    const isDone = section ? open(section) : Object.hasOwn(KEYS, event.key) && KEYS[event.key](event.target);
    if (isDone) event.preventDefault();
  }

  document.addEventListener('keydown', press);
}
