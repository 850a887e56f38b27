// Forms with `data-preview-at`: while one types, the server says what would come of it. The elements with `data-preview`
// are brought up to date; those that contain fields have a value there, and are replaced only when it changes.
{
  const DELAY_MS = 250;
  const form = document.querySelector('[data-preview-at]');
  let timer;
  let asked = 0;

  async function preview() {
    const turn = ++asked;
    const response = await fetch(form.dataset.previewAt, {
      method: 'POST',
      body: new URLSearchParams(new FormData(form)),
      headers: { accept: 'text/html' },
    });
    if (!response.ok || turn !== asked) return;
    const page = new DOMParser().parseFromString(await response.text(), 'text/html');
    for (const fresh of page.querySelectorAll('[data-preview]')) {
      const old = document.getElementById(fresh.id);
      const isSame = fresh.dataset.preview && fresh.dataset.preview === old?.dataset.preview;
      if (old && !isSame && old.outerHTML !== fresh.outerHTML) old.replaceWith(document.adoptNode(fresh));
    }
    for (const field of form.elements) {
      const fresh = field.id && page.getElementById(field.id);
      if (fresh) field.toggleAttribute('aria-invalid', fresh.hasAttribute('aria-invalid'));
      if (field.hasAttribute('aria-invalid')) field.setAttribute('aria-invalid', 'true');
    }
  }

  if (form) {
    form.querySelector('[data-preview-button]')?.remove();
    form.addEventListener('input', () => {
      clearTimeout(timer);
      timer = setTimeout(() => void preview().catch(() => {}), DELAY_MS);
    });
  }
}
