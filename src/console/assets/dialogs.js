// Opens the page of a link with `data-dialog` as a dialog. Esc, Cancel and a click beside it close it, and the focus
// returns to the link. Whatever fails becomes an ordinary navigation.
{
  const isPlain = (event) => event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);

  async function open(address) {
    const response = await fetch(address, { headers: { accept: 'text/html' } });
    if (!response.ok || response.redirected) return false;
    const page = new DOMParser().parseFromString(await response.text(), 'text/html');
    const content = page.querySelector('main .dialog');
    if (!content) return false;
    const dialog = document.createElement('dialog');
    const title = content.getAttribute('aria-labelledby');
    if (title) dialog.setAttribute('aria-labelledby', title);
    dialog.append(document.adoptNode(content));
    dialog.addEventListener('close', () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
    return true;
  }

  async function follow(link) {
    if (link.ariaBusy === 'true') return;
    link.ariaBusy = 'true';
    const isOpen = await open(link.href).catch(() => false);
    link.ariaBusy = null;
    if (!isOpen) location.assign(link.href);
  }

  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[data-dialog]');
    if (!link || !isPlain(event)) return;
    event.preventDefault();
    void follow(link);
  });

  document.addEventListener('click', (event) => {
    const dialog = event.target.closest('dialog[open]');
    if (!dialog || (event.target !== dialog && !event.target.closest('[data-close]'))) return;
    event.preventDefault();
    dialog.close();
  });
}
