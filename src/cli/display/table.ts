// Rows of text under each other.

import { createColors } from 'picocolors';
import { printable } from './text.ts';

/** One column: its heading, and which side its cells keep to. */
export interface Column<Row> {
  heading: string;
  cell: (row: Row) => string | number | boolean | null | undefined;
  /** Numbers keep to the right. */
  right?: boolean;
  /** At a terminal: what stands out. */
  color?: (row: Row) => 'green' | 'yellow' | 'red' | undefined;
}

/** How text stands out, or doesn't: Output has the colours of its run. */
export type Colors = ReturnType<typeof createColors>;

const PLAIN = createColors(false);

const GAP = '  ';

/**
 * The rows as aligned columns under their headings; nothing is an empty cell.
 *
 * @param colors the headings stand out in bold, and cells as their columns say
 * @example table([{ heading: 'NAME', cell: (queue) => queue.name }], [{ name: 'mail' }])   // 'NAME\nmail'
 */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[], colors: Colors = PLAIN): string {
  const lines = [
    columns.map((column) => column.heading),
    ...rows.map((row) => columns.map((column) => cellText(column, row))),
  ];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => width(line[index] ?? ''))));
  return lines
    .map((line, number) =>
      line
        .map((text, index) => {
          const column = columns[index];
          const row = rows[number - 1];
          const color = row === undefined ? 'bold' : column?.color?.(row);
          const last = index === line.length - 1 && !column?.right; // nothing is to the right of it: no spaces at the end
          const padded = last ? text : pad(text, widths[index] ?? 0, column?.right);
          return color && text !== '' ? padded.replace(text, () => colors[color](text)) : padded;
        })
        .join(GAP)
        .trimEnd(),
    )
    .join('\n');
}

/** Names and values under each other, for one thing; absent values are left out. */
export function fields(entries: readonly (readonly [name: string, value: unknown])[]): string {
  const shown = entries.filter(([, value]) => value !== null && value !== undefined && value !== '');
  const longest = Math.max(...shown.map(([name]) => width(name)));
  return shown
    .map(([name, value]) => `${pad(name, longest)}${GAP}${printable(String(value), { lines: true })}`)
    .join('\n');
}

function cellText<Row>(column: Column<Row>, row: Row): string {
  const value = column.cell(row);
  return value === null || value === undefined ? '' : printable(String(value));
}

function pad(text: string, to: number, right = false): string {
  const space = ' '.repeat(Math.max(0, to - width(text)));
  return right ? space + text : text + space;
}

const width = (text: string) => [...text].length;
