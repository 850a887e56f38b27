// The changes of a page as they come. They are held back while somebody selects rows, edits a form or has stopped the
// page, and shown at once afterwards.
{
  const shared = window.pgtaskqueue;
  const held = new Map();
  let ids;
  let isStopped = false;

  const isEditing = () => {
    const focused = document.activeElement;
    return focused.closest('main form') && focused.matches('input:not([type=hidden], [type=submit]), select, textarea');
  };
  const isSelecting = () => document.querySelector('main tbody input[type=checkbox]:checked, dialog[open]') !== null;

  shared.live = {
    /** The version of what has come; 0: nothing has. */
    version: 0,
    /** When the last message came, and when its changes were shown, by this machine's clock; 0: never. */
    heardAt: 0,
    shownAt: 0,
    isStopped: () => isStopped,
    isHeld: () => isStopped || Boolean(isEditing()) || isSelecting(),
    /** The number of elements that have changed and are not shown. */
    held: () => held.size,
    toggle() {
      isStopped = !isStopped;
      showIfFree();
    },
    receive(message) {
      shared.serverTime(message.at);
      shared.live.heardAt = Date.now();
      shared.live.version = message.version;
      for (const [id, html] of Object.entries(message.cells)) held.set(id, html);
      ids = message.ids ?? ids;
      showIfFree();
    },
  };

  function showIfFree() {
    if (shared.live.isHeld()) return;
    for (const [id, html] of held) if (!shared.morph(id, html)) shared.keepRow(id, html);
    held.clear();
    if (ids) shared.order(ids);
    ids = undefined;
    shared.live.shownAt = shared.live.heardAt;
  }

  for (const event of ['focusout', 'change', 'close']) {
    document.addEventListener(event, () => setTimeout(showIfFree, 0), true);
  }
  document.addEventListener('keydown', (event) => {
    const isTyping = event.target.closest('input:not([type=checkbox], [type=radio]), select, textarea');
    if (event.key === 'l' && !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping) shared.live.toggle();
  });
}
