// Remembers the theme that was chosen. Without scripts the choice lasts as long as the page.
(() => {
  document.addEventListener('change', ({ target }) => {
    if (target.name !== 'theme') return;
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API needs https
    document.cookie = `pgtaskqueue-theme=${target.value}; path=/console; max-age=31536000; samesite=strict`;
    if (target.value === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = target.value;
  });
})();
