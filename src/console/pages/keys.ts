// The keys: a dialog for those who press `?`, a page for all.

import { html } from 'hono/html';
import type { Html } from '../html.ts';
import type { ConsoleRoute } from '../route.ts';

const KEYS: readonly [string, string][] = [
  ['Find', '/'],
  ['This list', '?'],
  ['Queues', 'g q'],
  ['Tasks', 'g t'],
  ['Dead tasks', 'g d'],
  ['Cron', 'g c'],
  ['Health', 'g h'],
  ['Add a task', 'a'],
  ['Next, previous row', 'j k'],
  ['Open', 'Enter'],
  ['Select', 'x'],
  ['Select to here', 'Shift x'],
  ['Run now', 'r'],
  ['Pause, resume queue', 'p'],
  ['Live updates off, on', 'l'],
  ['Close, clear selection', 'Esc'],
];

export function keysRoutes(): ConsoleRoute[] {
  return [
    {
      ...{ method: 'GET', path: '/keys', needs: 'known' },
      answer: () => ({ title: 'Keys', section: undefined, body: keys }),
    },
  ];
}

const keys: Html = html`<section class="dialog wide" aria-labelledby="keys-title"><h1 id="keys-title">Keys</h1>
<p class="dim">They are off while you type. Those for a row act on the one with the bar at its start.</p>
<ul class="keys">${KEYS.map(([what, pressed]) => html`<li><span>${what}</span><span>${pressed.split(' ').map((key) => html`<kbd>${key}</kbd> `)}</span></li>`)}</ul>
<div class="acts"><a class="btn" href="queues" data-close>Close</a></div></section>`;
