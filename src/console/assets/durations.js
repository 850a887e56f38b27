// Durations as the server writes them (parts/figures.ts; a test compares).
{
  const SPACE = '\u00a0';

  function pair(amount, size, large, small) {
    const rest = String(amount % size);
    return [Math.floor(amount / size), large, large === 'm' ? rest.padStart(2, '0') : rest, small].join(SPACE);
  }

  function duration(seconds) {
    if (seconds < 0.9995) return `${Math.round(seconds * 1000)}${SPACE}ms`;
    if (seconds < 59.95) return `${seconds < 9.95 ? seconds.toFixed(1) : Math.round(seconds)}${SPACE}s`;
    const whole = Math.round(seconds);
    if (whole < 3600) return pair(whole, 60, 'm', 's');
    return whole < 86400 ? pair(Math.round(whole / 60), 60, 'h', 'm') : pair(Math.round(whole / 3600), 24, 'd', 'h');
  }

  window.pgtaskqueue.duration = duration;
}
