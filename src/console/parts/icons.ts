// The icons: one stroke, 16 by 16. An icon never stands alone for a meaning, so it is hidden from screen readers.

import { html, raw } from 'hono/html';
import type { Html } from '../html.ts';

const PATHS = {
  queues: '<path d="M2 4h9M2 8h7M2 12h9"/><path d="m11.5 6 2.5 2-2.5 2"/>',
  tasks: '<rect x="2.5" y="2.5" width="11" height="11" rx="2"/><path d="m5.5 8.2 1.8 1.8 3.4-3.8"/>',
  dead: '<circle cx="8" cy="8" r="5.75"/><path d="m6 6 4 4M10 6l-4 4"/>',
  tombstone: '<path d="M4 13.5V6.5a4 4 0 0 1 8 0v7M2.5 13.5h11M6.5 8h3"/>',
  clock: '<circle cx="8" cy="8" r="5.75"/><path d="M8 4.75V8l2.25 1.5"/>',
  dispatchers: '<circle cx="8" cy="8" r="1.75"/><path d="M4.4 4.4a5 5 0 0 0 0 7.2M11.6 4.4a5 5 0 0 1 0 7.2"/>',
  target: '<circle cx="8" cy="8" r="5.75"/><circle cx="8" cy="8" r="2"/>',
  health: '<path d="M1.75 8.5h3l1.75-4.5 3 8 1.75-3.5h3"/>',
  audit: '<path d="M4 2.5h6l2.5 2.5v8.5H4z"/><path d="M6.5 7.5h3.5M6.5 10.25h3.5"/>',
  find: '<circle cx="7" cy="7" r="4.25"/><path d="m10.25 10.25 3.25 3.25"/>',
  run: '<path d="M5 3.25v9.5L12.5 8z"/>',
  pull: '<path d="M13.5 8H5M8 4.5 4.5 8 8 11.5"/><path d="M2 3v10"/>',
  pause: '<path d="M5.5 3.5v9M10.5 3.5v9"/>',
  hourglass: '<path d="M4.5 2.5h7M4.5 13.5h7M5 2.5c0 3 6 3.5 6 5.5s-6 2.5-6 5.5M11 2.5c0 3-6 3.5-6 5.5s6 2.5 6 5.5"/>',
  warning: '<path d="M8 2.5 14 13H2z"/><path d="M8 6.5v3M8 11.25v.01"/>',
  off: '<circle cx="8" cy="8" r="5.75"/><path d="m4 12 8-8"/>',
  later: '<circle cx="8" cy="8" r="5.75" stroke-dasharray="2.6 2.4"/><path d="M8 5v3l2 1.25"/>',
  due: '<path d="M8 3.5v9M4.5 9 8 12.5 11.5 9"/>',
  sent: '<path d="M2.5 8h9M8 4.5 11.5 8 8 11.5"/>',
  again: '<path d="M13 8a5 5 0 1 1-1.6-3.65"/><path d="M11.75 1.75v2.9h-2.9"/>',
  fine: '<circle cx="8" cy="8" r="5.75"/><path d="m5.5 8.2 1.8 1.7 3.2-3.6"/>',
  pending: '<circle cx="8" cy="8" r="5.75" stroke-dasharray="2 2"/>',
  question: '<circle cx="8" cy="8" r="5.75"/><path d="M6.4 6.3a1.7 1.7 0 1 1 2.5 1.5c-.6.3-.9.6-.9 1.2M8 11.2v.01"/>',
  cross: '<path d="m4 4 8 8M12 4l-8 8"/>',
  add: '<path d="M8 3v10M3 8h10"/>',
  copy: '<rect x="5.5" y="5.5" width="8" height="8" rx="1.5"/><path d="M10.5 2.5h-7a1 1 0 0 0-1 1v7"/>',
  bin: '<path d="M3 4.5h10M6.5 4.5V3h3v1.5M4.5 4.5l.6 8.5h5.8l.6-8.5"/>',
  next: '<path d="m6 3.5 4.5 4.5L6 12.5"/>',
  down: '<path d="M8 3.5v9M4.5 9 8 12.5 11.5 9"/>',
  choose: '<path d="m3.5 6 4.5 4.5L12.5 6"/>',
  system: '<rect x="2" y="3" width="12" height="8" rx="1.25"/><path d="M6 13.5h4"/>',
  light:
    '<circle cx="8" cy="8" r="2.75"/><path d="M8 1.75v1.5M8 12.75v1.5M1.75 8h1.5M12.75 8h1.5M3.6 3.6l1 1M11.4 11.4l1 1M12.4 3.6l-1 1M4.6 11.4l-1 1"/>',
  person: '<circle cx="8" cy="5.5" r="2.75"/><path d="M2.75 14a5.25 5.25 0 0 1 10.5 0"/>',
  dark: '<path d="M13 9.5A5.5 5.5 0 0 1 6.5 3a5.5 5.5 0 1 0 6.5 6.5z"/>',
} as const;

export type IconName = keyof typeof PATHS;

export function icon(name: IconName): Html {
  return html`<svg class="i" viewBox="0 0 16 16" aria-hidden="true">${raw(PATHS[name])}</svg>`;
}
