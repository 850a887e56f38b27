// A table whose rows become cards where there is little room. Roles are given because CSS takes them away with the
// display of a table.

import { html } from 'hono/html';
import type { Html } from '../html.ts';

export interface TableColumn {
  title: string;
  /** Figures end where the column ends. */
  num?: boolean;
}

export interface TableRow {
  id?: string | undefined;
  /** One of each column; the first is the row's title. */
  cells: readonly (Html | string | number)[];
}

/** @param label what the rows are, for those who do not see the page */
export function dataTable(label: string, columns: readonly TableColumn[], rows: readonly TableRow[]): Html {
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${label}"><table class="cards data" role="table"><caption class="sr">${label}</caption><thead role="rowgroup"><tr role="row">${columns.map(({ title, num }) => html`<th scope="col" role="columnheader" class="${num ? 'num' : ''}">${title || html`<span class="sr">Acts</span>`}</th>`)}</tr></thead><tbody role="rowgroup">${rows.map((row) => bodyRow(columns, row))}</tbody></table></div>`;
}

function bodyRow(columns: readonly TableColumn[], { id, cells }: TableRow): Html {
  return html`<tr role="row" ${id === undefined ? '' : html`id="${id}"`}>${cells.map((cell, index) => bodyCell(columns[index], cell, index === 0))}</tr>`;
}

function bodyCell(column: TableColumn | undefined, cell: Html | string | number, isTitle: boolean): Html {
  if (isTitle) return html`<th scope="row" role="rowheader">${cell}</th>`;
  return html`<td role="cell" class="${column?.num ? 'num' : ''}" data-k="${column?.title ?? ''}">${cell}</td>`;
}
