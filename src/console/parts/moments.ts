// Moments: relative to now, with the exact moment on hover. The server writes UTC; a script adds the viewer's zone.

import { html } from 'hono/html';
import type { Html } from '../html.ts';
import { shownDuration } from './figures.ts';

/** `8 m ago` or `in 16 s`. */
export function relativeTime(moment: Date, now: Date): Html {
  const seconds = (moment.getTime() - now.getTime()) / 1_000;
  const text = seconds > 0 ? `in ${shownDuration(seconds)}` : `${shownDuration(-seconds)} ago`;
  return html`<time datetime="${moment.toISOString()}" title="${utc(moment)}" data-relative>${text}</time>`;
}

/** `14:20:28` for a moment of the last or next hours, with its day otherwise. */
export function clockTime(moment: Date, now: Date): Html {
  const near = Math.abs(moment.getTime() - now.getTime()) < 12 * 3_600_000;
  const text = near ? moment.toISOString().slice(11, 19) : `${moment.toISOString().slice(0, 16).replace('T', ' ')}`;
  return html`<time datetime="${moment.toISOString()}" title="${utc(moment)}" data-clock="${near ? 'time' : 'day'}">${text}</time>`;
}

/** `2026-11-20 14:20:28.118 UTC`. */
export function utc(moment: Date): string {
  return `${moment.toISOString().replace('T', ' ').replace('Z', '')} UTC`;
}

/** How long ago a moment was, as a plain duration that counts on: `4 m 05 s`. */
export function age(moment: Date, now: Date): Html {
  const seconds = Math.max(0, (now.getTime() - moment.getTime()) / 1_000);
  return html`<time datetime="${moment.toISOString()}" title="${utc(moment)}" data-age>${shownDuration(seconds)}</time>`;
}

/** `16:00` for a moment of the last or next hours, `3 Nov` or `3 Nov 2025` otherwise. */
export function shortTime(moment: Date, now: Date): Html {
  const near = Math.abs(moment.getTime() - now.getTime()) < 20 * 3_600_000;
  const day = `${moment.getUTCDate()} ${MONTHS[moment.getUTCMonth()]}`;
  const year = moment.getUTCFullYear() === now.getUTCFullYear() ? '' : ` ${moment.getUTCFullYear()}`;
  return html`<time datetime="${moment.toISOString()}" title="${utc(moment)}"${near ? html` data-clock="minute"` : ''}>${near ? moment.toISOString().slice(11, 16) : day + year}</time>`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
