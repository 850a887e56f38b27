// Selection in lists: boxes, ranges with Shift, the whole page, and the bar with the count.
(() => {
  const bar = () => document.querySelector('[data-bulk]');
  const boxes = () => [...document.querySelectorAll('tbody input[type=checkbox][name=name]')];
  let last;

  function show() {
    const all = boxes();
    const ticked = all.filter((box) => box.checked);
    const whole = document.querySelector('[data-select-page]');
    if (whole) {
      whole.hidden = false;
      whole.checked = all.length > 0 && ticked.length === all.length;
      whole.indeterminate = ticked.length > 0 && ticked.length < all.length;
    }
    const form = bar();
    if (!form) return;
    form.hidden = ticked.length === 0;
    form.querySelector('[data-bulk-count]').textContent = `${ticked.length} selected`;
    form.querySelector('[data-bulk-where]').textContent = ' on this page';
    for (const part of form.querySelectorAll('[data-bulk-clear]')) part.hidden = false;
    // Other scripts hold changes back while something is selected.
    document.documentElement.toggleAttribute('data-selecting', ticked.length > 0);
  }

  function toggle(box, checked, range) {
    const all = boxes();
    const from = all.indexOf(last);
    const to = all.indexOf(box);
    const [first, end] = range && from >= 0 ? [Math.min(from, to), Math.max(from, to)] : [to, to];
    for (const one of all.slice(first, end + 1)) one.checked = checked;
    last = box;
    show();
  }

  document.addEventListener('click', (event) => {
    const box = event.target;
    if (!(box instanceof HTMLInputElement)) return;
    if (box.matches('[data-select-page]')) {
      for (const one of boxes()) one.checked = box.checked;
      show();
    } else if (boxes().includes(box)) toggle(box, box.checked, event.shiftKey);
  });

  document.addEventListener('reset', () => setTimeout(show));
  addEventListener('pageshow', show);

  document.addEventListener('keydown', (event) => {
    if (event.target.closest?.('input:not([type=checkbox]), textarea, select') || event.ctrlKey || event.metaKey)
      return;
    if (event.key === 'Escape' && bar() && !bar().hidden) return bar().reset();
    if (event.key.toLowerCase() !== 'x') return;
    const row = document.querySelector('tr.cursor') ?? event.target.closest?.('tr');
    const box = row?.querySelector('input[type=checkbox][name=name]');
    if (!box) return;
    event.preventDefault();
    toggle(box, event.shiftKey ? true : !box.checked, event.shiftKey);
  });

  show();
})();
