// Gives each text with `data-copy` a button that copies it. Over plain http browsers lend no clipboard, so the text is
// selected and copied as a person would.
{
  const SHOWN_MS = 1500;

  async function copy(text) {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    const area = document.createElement('textarea');
    area.value = text;
    area.className = 'sr';
    const focused = document.activeElement;
    (focused?.closest('dialog, details') ?? document.body).append(area); // elsewhere it would close the menu
    area.select();
    const isCopied = document.execCommand('copy');
    area.remove();
    focused?.focus();
    if (!isCopied) throw new Error('the browser does not copy');
  }

  function tell(button, text) {
    button.lastElementChild.textContent = text;
    clearTimeout(Number(button.dataset.timer));
    button.dataset.timer = String(
      setTimeout(() => {
        button.lastElementChild.textContent = 'Copy';
      }, SHOWN_MS),
    );
  }

  window.pgtaskqueue.onArrival((place) => {
    for (const text of place.querySelectorAll('[data-copy]:not(.copied > *)')) {
      const frame = document.createElement('div');
      frame.className = 'copied';
      text.replaceWith(frame);
      const button = window.pgtaskqueue.parse(
        '<button class="btn bare copy" type="button"><svg class="i" viewBox="0 0 16 16" aria-hidden="true"><rect x="5.5" y="5.5" width="8" height="8" rx="1.5"/><path d="M10.5 2.5h-7a1 1 0 0 0-1 1v7"/></svg><span aria-live="polite">Copy</span></button>',
      );
      button.addEventListener('click', () =>
        copy(text.dataset.copy || text.textContent).then(
          () => tell(button, 'Copied'),
          () => {
            getSelection().selectAllChildren(text);
            tell(button, 'Press Ctrl+C');
          },
        ),
      );
      frame.append(text, button);
    }
  });
}
