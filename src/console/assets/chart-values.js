// The exact values of a chart under the pointer, in its legend; the arrow keys move it as well.
{
  const nearest = (times, time) =>
    times.reduce((best, at, i) => (Math.abs(at - time) < Math.abs(times[best] - time) ? i : best), 0);

  function point(plot, share) {
    const { from, to, times, values } = plot.dataset;
    const moments = JSON.parse(times);
    if (moments.length === 0) return;
    const i = nearest(moments, Number(from) + share * (to - from));
    let line = plot.querySelector('.at');
    if (!line) {
      line = document.createElement('span');
      line.className = 'at';
      plot.append(line);
    }
    line.style.left = `${((moments[i] - from) / (to - from)) * 100}%`;
    const figure = plot.closest('figure');
    figure.querySelectorAll('.legend b').forEach((value, n) => {
      value.dataset.last ??= value.textContent;
      value.textContent = JSON.parse(values)[n]?.[1][i] || '—';
    });
    const title = figure.querySelector('h3');
    title.dataset.plain ??= title.textContent;
    title.textContent = `${title.dataset.plain}, ${new Date(moments[i]).toLocaleTimeString('en-GB')}`;
  }

  function leave(plot) {
    const figure = plot.closest('figure');
    plot.querySelector('.at')?.remove();
    for (const value of figure.querySelectorAll('.legend b[data-last]')) {
      value.textContent = value.dataset.last;
      delete value.dataset.last;
    }
    const title = figure.querySelector('h3');
    if (title.dataset.plain) title.textContent = title.dataset.plain;
  }

  document.addEventListener('pointermove', ({ target, clientX }) => {
    const plot = target.closest?.('.plot[data-values]');
    for (const line of document.querySelectorAll('.plot .at')) {
      if (line.parentElement !== plot) leave(line.parentElement);
    }
    if (!plot) return;
    const { left, width } = plot.getBoundingClientRect();
    point(plot, (clientX - left) / width);
  });
}
