// Remembers the theme that was chosen. Without scripts the choice lasts as long as the page.
(() => {
  document.addEventListener('change', ({ target }) => {
    if (target.name !== 'theme') return;
    window.pgtaskqueue.remember('theme', target.value);
    if (target.value === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = target.value;
  });
})();
