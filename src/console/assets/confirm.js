// A form with a field `data-typed` can be sent once that text has been typed. The server checks it too.
{
  function check(field) {
    for (const button of field.form?.querySelectorAll('[type=submit]') ?? []) {
      button.disabled = field.value.trim() !== field.dataset.typed;
    }
  }

  document.addEventListener('input', ({ target }) => target.matches('[data-typed]') && check(target));
  window.pgtaskqueue.onArrival((place) => {
    for (const field of place.querySelectorAll('[data-typed]')) check(field);
  });
}
