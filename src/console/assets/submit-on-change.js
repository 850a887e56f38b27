// Forms that a script submits when something is chosen; their buttons are for browsers without scripts.
{
  const ATTRIBUTE = 'data-submit-on-change';
  for (const form of document.querySelectorAll(`[${ATTRIBUTE}]`)) form.querySelector('[type=submit]')?.remove();
  document.addEventListener('change', ({ target }) => {
    const form = target.closest(`[${ATTRIBUTE}]`);
    if (form) form.requestSubmit();
  });
}
