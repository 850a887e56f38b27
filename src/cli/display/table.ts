// Rows of text in aligned columns, as wide as the terminal at most.

import { createColors } from 'picocolors';
import { printable } from './text.ts';

/** One column: its heading, its cells, and how it gives way when the table is too wide. */
export interface Column<Row> {
  heading: string;
  cell: (row: Row) => string | number | boolean | null | undefined;
  /** Aligned to the right, as numbers are. */
  right?: boolean;
  /** The colour of a cell at a terminal. */
  color?: (row: Row) => 'green' | 'yellow' | 'red' | undefined;
  /** Hidden when the table is too wide, the highest number first. Default: never. */
  drop?: number;
  /** Long texts are cut at their end, to no fewer characters than this, before any column is hidden. */
  least?: number;
  /** Task names are cut in the middle, and only when hiding columns was not enough. */
  isName?: boolean;
}

/** Colours, or functions that leave text as it is: Output has those of its run. */
export type Colors = ReturnType<typeof createColors>;

/** How a table is drawn. */
export interface TableStyle {
  colors?: Colors;
  /** In characters; default: as wide as it gets. */
  width?: number;
}

const PLAIN = createColors(false);
const GAP = '  ';
const LEAST_NAME = 20;

interface Drawn<Row> {
  column: Column<Row>;
  /** The heading and a cell for each row. */
  cells: string[];
  width: number;
}

/**
 * The rows as aligned columns under their headings; absent values are empty cells. Headings are bold, and cells have
 * the colours of their columns.
 *
 * @example table([{ heading: 'NAME', cell: (queue) => queue.name }], [{ name: 'mail' }])   // 'NAME\nmail'
 */
export function table<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  { colors = PLAIN, width = Infinity }: TableStyle = {},
): string {
  const drawn = fitted(
    columns.map((column) => draw(column, rows)),
    width,
  );
  const lines = [undefined, ...rows].map((row, line) =>
    drawn
      .map(({ column, cells, width }, index) => {
        const text = cells[line] ?? '';
        const color = row === undefined ? 'bold' : column.color?.(row);
        const isLast = index === drawn.length - 1 && !column.right; // no spaces at the end of a line
        const padded = isLast ? text : pad(text, width, column.right);
        return color && text !== '' ? padded.replace(text, () => colors[color](text)) : padded;
      })
      .join(GAP)
      .trimEnd(),
  );
  return lines.join('\n');
}

/** Names and values under each other, for one thing; absent values are left out. */
export function fields(entries: readonly (readonly [name: string, value: unknown])[]): string {
  const shown = entries.filter(([, value]) => value !== null && value !== undefined && value !== '');
  const longest = Math.max(...shown.map(([name]) => length(name)));
  const indent = `\n${' '.repeat(longest)}${GAP}`;
  return shown
    .map(([name, value]) => `${pad(name, longest)}${GAP}${printable(String(value), { lines: true })}`)
    .map((line) => line.replaceAll('\n', indent))
    .join('\n');
}

function draw<Row>(column: Column<Row>, rows: readonly Row[]): Drawn<Row> {
  const cells = [column.heading, ...rows.map((row) => cellText(column, row))];
  return { column, cells, width: Math.max(...cells.map(length)) };
}

/** The columns that fit: long texts are cut first, then columns are hidden, then names are cut. */
function fitted<Row>(drawn: readonly Drawn<Row>[], width: number): Drawn<Row>[] {
  const droppable = drawn.filter(({ column }) => column.drop !== undefined);
  droppable.sort((a, b) => (b.column.drop ?? 0) - (a.column.drop ?? 0));
  let left = [...drawn];
  for (const next of [...droppable, undefined]) {
    const excess = left.reduce((sum, { width }) => sum + width + GAP.length, -GAP.length) - width;
    if (excess <= 0) return left;
    const shortened = cut(left, excess, ({ column }) => column.least);
    if (shortened.excess <= 0) return shortened.drawn;
    if (next === undefined) return cut(shortened.drawn, shortened.excess, nameLength).drawn;
    left = left.filter((each) => each !== next);
  }
  return left;
}

const nameLength = ({ column }: Drawn<never>) => (column.isName ? LEAST_NAME : undefined);

/** Takes the excess from the columns that may be cut, one after the other. */
function cut<Row>(
  drawn: readonly Drawn<Row>[],
  excess: number,
  least: (drawn: Drawn<Row>) => number | undefined,
): { drawn: Drawn<Row>[]; excess: number } {
  let rest = excess;
  const shortened = drawn.map((each) => {
    const spare = each.width - Math.max(least(each) ?? each.width, length(each.column.heading));
    const taken = Math.max(0, Math.min(spare, rest));
    if (taken === 0) return each;
    rest -= taken;
    const width = each.width - taken;
    return { ...each, width, cells: each.cells.map((text) => shorten(text, width, each.column.isName)) };
  });
  return { drawn: shortened, excess: rest };
}

/** The text cut to this many characters: at its end, or in the middle for names, which often differ at the end. */
function shorten(text: string, width: number, middle = false): string {
  const characters = [...text];
  if (characters.length <= width) return text;
  const end = middle ? Math.floor((width - 1) / 2) : 0;
  return `${characters.slice(0, width - 1 - end).join('')}…${characters.slice(characters.length - end).join('')}`;
}

function cellText<Row>(column: Column<Row>, row: Row): string {
  const value = column.cell(row);
  return value === null || value === undefined ? '' : printable(String(value));
}

function pad(text: string, to: number, right = false): string {
  const space = ' '.repeat(Math.max(0, to - length(text)));
  return right ? space + text : text + space;
}

const length = (text: string) => [...text].length;
