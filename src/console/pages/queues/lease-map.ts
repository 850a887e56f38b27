// The glyph of a pull queue, where a push queue has its bucket: leases across the line of now.

import { html } from 'hono/html';
import type { Html } from '../../html.ts';

export function leaseMap(leased: number): Html {
  const bars = leased > 0 ? html`${BUSY.slice(0, leased)}<path d="M20 4.5v40"/>` : IDLE;
  return html`<svg class="lease-map" viewBox="0 0 48 48" aria-hidden="true">${bars}</svg>`;
}

const BUSY = [
  [9, 8, 24],
  [12, 16, 27],
  [15, 24, 22],
  [10, 32, 20],
  [20, 40, 21],
].map(([x, y, width]) => html`<rect x="${x}" y="${y}" width="${width}" height="4" rx="1.5"/>`);
const IDLE = [10, 18, 26, 34].map((y) => html`<rect class="off" x="7" y="${y}" width="34" height="3" rx="1.5"/>`);
