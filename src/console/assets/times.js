// Clock times in the viewer's zone, and the exact moment in both zones on hover. The server writes UTC; a switch goes
// back to it, and a cookie remembers that.
{
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  let isUtc = document.cookie.split('; ').includes('pgtaskqueue-times=utc');

  const PARTS = { time: [11, 19], minute: [11, 16], day: [0, 16] };

  /** Swedish dates are ISO's: `2026-11-20 14:20:28`. */
  const format = (timeZone) => new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  const [local, utc] = [format(zone), format('UTC')];

  function dress(time) {
    const date = new Date(time.dateTime);
    if (Number.isNaN(date.getTime())) return;
    const exact = date.toISOString().replace('T', ' ').replace('Z', '');
    const title = `${exact} UTC\n${local.format(date)} ${zone}`;
    if (time.title !== title) time.title = title;
    const { clock } = time.dataset;
    if (clock === undefined) return;
    const text = (isUtc ? utc : local).format(date).slice(...PARTS[clock]);
    if (time.textContent !== text) time.textContent = text;
  }

  function dressAll(place) {
    const times = place.matches('time[datetime]') ? [place] : place.querySelectorAll('time[datetime]');
    for (const time of times) dress(time);
  }

  document.addEventListener('change', ({ target }) => {
    if (target.name !== 'times') return;
    isUtc = target.value === 'utc';
    window.pgtaskqueue.remember('times', target.value);
    dressAll(document.body);
  });

  window.pgtaskqueue.onArrival(dressAll);
  const choice = document.querySelector('[data-times]');
  if (choice && zone !== 'UTC') {
    choice.hidden = false;
    choice.querySelector(`[value=${isUtc ? 'utc' : 'local'}]`).checked = true;
    choice.querySelector('[data-zone]').textContent = zone;
  }
}
