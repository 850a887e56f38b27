// Closes an open menu when the pointer or the focus goes elsewhere, and by Esc.
{
  const openMenus = () => document.querySelectorAll('details.menu[open]');

  for (const event of ['click', 'focusin']) {
    document.addEventListener(event, ({ target }) => {
      for (const menu of openMenus()) if (!menu.contains(target) || target.closest('[data-dialog]')) menu.open = false;
    });
  }
  document.addEventListener('keydown', ({ key }) => {
    if (key !== 'Escape') return;
    for (const menu of openMenus()) {
      menu.open = false;
      menu.querySelector('summary').focus();
    }
  });
}
