// The rows of a `data-rows="prefix-"`: new ones come, gone ones go, and their order changes, but not while the pointer
// or the focus is among them.
{
  const shared = window.pgtaskqueue;
  /** Rows that are not on the page yet, by their ids. */
  const waiting = new Map();
  let wanted;

  shared.keepRow = (id, html) => waiting.set(id, html);
  shared.order = (ids) => {
    wanted = ids ?? wanted;
    if (wanted) for (const list of document.querySelectorAll('[data-rows]')) arrange(list);
  };
  /** Whether an order waits until the pointer and the focus have left. */
  shared.orderWaits = () => [...document.querySelectorAll('[data-rows]')].some((list) => isInUse(list));

  const isInUse = (list) => list.matches(':hover') || list.contains(document.activeElement);

  function arrange(list) {
    const ids = wanted.filter((id) => id.startsWith(list.dataset.rows));
    if (isInUse(list)) return;
    for (const row of [...list.children]) if (row.id && !ids.includes(row.id)) row.remove();
    let place = list.firstElementChild;
    for (const id of ids) {
      const row = document.getElementById(id) ?? shared.parse(waiting.get(id) ?? '');
      waiting.delete(id);
      if (!row) continue;
      if (row === place) place = place.nextElementSibling;
      else list.insertBefore(row, place);
    }
  }

  document.addEventListener('pointerout', () => setTimeout(shared.order, 0));
  document.addEventListener('focusout', () => setTimeout(shared.order, 0));
}
