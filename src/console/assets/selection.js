// Selection in lists: boxes, ranges with Shift, the whole page.
(() => {
  const boxes = () => [...document.querySelectorAll('tbody input[type=checkbox][name=name]')];
  let last;

  function toggle(box, checked, range) {
    const all = boxes();
    const from = all.indexOf(last);
    const to = all.indexOf(box);
    const [first, end] = range && from >= 0 ? [Math.min(from, to), Math.max(from, to)] : [to, to];
    for (const one of all.slice(first, end + 1)) one.checked = checked;
    last = box;
    document.dispatchEvent(new Event('selected'));
  }

  document.addEventListener('click', ({ target, shiftKey }) => {
    if (!(target instanceof HTMLInputElement)) return;
    if (target.matches('[data-select-page]')) {
      for (const one of boxes()) one.checked = target.checked;
      document.dispatchEvent(new Event('selected'));
    } else if (boxes().includes(target)) toggle(target, target.checked, shiftKey);
  });

  document.addEventListener('keydown', (event) => {
    const { target, key, shiftKey, ctrlKey, metaKey } = event;
    if (target.closest?.('input:not([type=checkbox]), textarea, select') || ctrlKey || metaKey) return;
    const bar = document.querySelector('[data-bulk]');
    if (key === 'Escape' && bar && !bar.hidden) bar.reset();
    const row = document.querySelector('tr.cursor') ?? target.closest?.('tr');
    const box = key.toLowerCase() === 'x' && row?.querySelector('input[type=checkbox][name=name]');
    if (!box) return;
    event.preventDefault();
    toggle(box, shiftKey || !box.checked, shiftKey);
  });
})();

// The bar with the count of what is selected.
(() => {
  function show() {
    const boxes = [...document.querySelectorAll('tbody input[type=checkbox][name=name]')];
    const ticked = boxes.filter((box) => box.checked).length;
    const whole = document.querySelector('[data-select-page]');
    if (whole) {
      whole.hidden = false;
      whole.checked = boxes.length > 0 && ticked === boxes.length;
      whole.indeterminate = ticked > 0 && ticked < boxes.length;
    }
    const bar = document.querySelector('[data-bulk]');
    if (!bar) return;
    bar.hidden = ticked === 0;
    bar.querySelector('[data-bulk-count]').textContent = `${ticked} selected`;
    bar.querySelector('[data-bulk-where]').textContent = ' on this page';
    for (const part of bar.querySelectorAll('[data-bulk-clear]')) part.hidden = false;
  }

  document.addEventListener('selected', show);
  document.addEventListener('reset', () => setTimeout(show));
  addEventListener('pageshow', show);
  show();
})();
