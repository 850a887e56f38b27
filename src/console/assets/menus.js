// Closes an open menu when the pointer or the focus goes elsewhere, and by Esc.
{
  const openMenus = () => document.querySelectorAll('details.menu[open]');

  /** What had the focus is hidden now. */
  function close(menu) {
    const hadFocus = menu.contains(document.activeElement);
    menu.open = false;
    if (hadFocus) menu.querySelector('summary').focus();
  }

  function closeUnlessIn(target) {
    for (const menu of openMenus()) if (!menu.contains(target)) close(menu);
  }

  document.addEventListener('focusin', ({ target }) => closeUnlessIn(target));
  document.addEventListener('click', ({ target }) => closeUnlessIn(target.closest('[data-dialog]') ? null : target));
  document.addEventListener('keydown', ({ key }) => {
    if (key !== 'Escape') return;
    for (const menu of openMenus()) close(menu);
  });
}
