// A share of a limit: as a bar, or as one square for each slot.

import { html } from 'hono/html';
import type { Html } from '../html.ts';

/** A bar of a rate; the upright mark is the limit in force where it is lower than the configured one. */
export function meter(
  value: number,
  most: number,
  { limit, isFull = false }: { limit?: number; isFull?: boolean } = {},
): Html {
  const percent = (of: number) => (most > 0 ? Math.min(100, Math.round((of / most) * 1_000) / 10) : 0);
  const marks = limit === undefined ? '' : `;--lim:${percent(limit)}`;
  const fill = isFull || limit !== undefined ? ';--fill:var(--slow-fill)' : '';
  return html`<span class="meter ${limit === undefined ? '' : 'lim'}" style="--v:${percent(value)}${marks}${fill}"></span>`;
}

/** Squares up to ten, a bar above. */
export function slots(taken: number, most: number): Html {
  if (most > 10) return meter(taken, most, { isFull: taken >= most });
  const squares = Array.from({ length: most }, (_, i) => html`<i${i < taken ? html` class="on"` : ''}></i>`);
  return html`<span class="slots" aria-hidden="true">${squares}</span>`;
}
