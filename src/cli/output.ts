// The output of the command line: text for people or one JSON document for machines on stdout, diagnostics on stderr.

import { createColors } from 'picocolors';
import { type Colors, type Column, table } from './display/table.ts';
import { printable, snakeCase, toJson } from './display/text.ts';

/** The output options of one run of the command. */
export interface OutputOptions {
  /** One document instead of text. */
  json?: boolean | undefined;
  /** Tables in full, whatever the width of the terminal. */
  wide?: boolean | undefined;
  /** No colours, even at a terminal. */
  noColor?: boolean | undefined;
}

/** The output of one run of the command. */
export class Output {
  readonly json: boolean;
  readonly colors: Colors;
  readonly #width: number;

  constructor({ json = false, wide = false, noColor = false }: OutputOptions = {}) {
    this.json = json;
    this.colors = createColors(!json && !noColor && process.stdout.isTTY === true);
    // A pipe or a file gets everything: programs read it.
    this.#width = !wide && process.stdout.isTTY ? process.stdout.columns || Infinity : Infinity;
  }

  /** The result of a command: the text for people, or the document, its keys in snake case, for machines. */
  result(text: string, document: unknown): void {
    process.stdout.write(`${this.json ? toJson(snakeCase(document)) : text}\n`);
  }

  /** The rows as a table that fits the terminal. */
  table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
    return table(columns, rows, { colors: this.colors, width: this.#width });
  }

  /** A list as the result of a command: its table, or a sentence when it is empty. */
  list<Row>(columns: readonly Column<Row>[], rows: readonly Row[], none: string): void {
    this.result(rows.length > 0 ? this.table(columns, rows) : none, rows);
  }

  /** A line for people, left out when JSON was asked for. */
  say(text = ''): void {
    if (!this.json) process.stdout.write(`${text}\n`);
  }

  /** Progress of a long operation: one line at a terminal, which the next one replaces; '' clears it. */
  progress(text: string): void {
    if (!this.json && process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
  }

  /** A diagnostic on stderr. */
  warn(text: string): void {
    process.stderr.write(`${text}\n`);
  }

  /** What went wrong, on stderr; with `--json` also as the one document on stdout. */
  fail({ name, message, hint, code, sqlState }: Failure): void {
    this.warn(
      `${printable(`pgtaskqueue: ${message}`, { lines: true })}${hint ? `\n${printable(hint, { lines: true })}` : ''}`,
    );
    if (this.json) this.result('', { error: { name, code, sqlState, message, hint } });
  }
}

/** An error as it is shown. */
export interface Failure {
  name: string;
  message: string;
  /** What to do about it. */
  hint?: string | undefined;
  /** Its number in the table of errors. */
  code?: number | undefined;
  sqlState?: string | undefined;
}
