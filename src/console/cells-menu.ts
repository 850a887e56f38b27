// The menu of cells in the bar: where the server has several databases, it leads to the same section of another one.

import { html } from 'hono/html';
import type { Html } from './html.ts';
import { icon } from './parts/icons.ts';
import { state } from './parts/state.ts';
import { isolated } from './parts/text.ts';
import { SECTIONS, type SectionName } from './sections.ts';

/** A cell as the menu shows it. */
export interface ShownCell {
  name: string;
  /** The address of its console, such as `/cells/eu/console`. */
  href: string;
  /** Whether it is the one whose console this is. */
  current: boolean;
  ready: boolean;
}

/** Nothing if there is no other cell. */
export function cellsMenu(cells: readonly ShownCell[], section: SectionName | undefined): Html | string {
  const current = cells.find((cell) => cell.current);
  if (!current || cells.length < 2) return '';
  const page = SECTIONS[section ?? 'queues'].path;
  const entry = ({ name, href, current: isCurrent, ready }: ShownCell) =>
    html`<li><a href="${href}/${page}"${isCurrent ? html` aria-current="true"` : ''}>${isolated(name)}${ready ? '' : NOT_READY}</a></li>`;
  return html`<details class="menu cells"><summary class="btn bare small" title="Cell ${current.name}"><span class="sr">Cell </span><b>${isolated(current.name)}</b>${icon('choose')}</summary>
<nav class="dialog" aria-label="Cells"><ul>${cells.map(entry)}</ul></nav></details>`;
}

const NOT_READY = html` ${state({ tone: 'bad', icon: 'warning', word: 'not ready' })}`;
