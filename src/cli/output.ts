// The output of the command line: text for people or one JSON document for machines on stdout, diagnostics on stderr.

import type { Command } from 'commander';
import { createColors } from 'picocolors';
import { shellWord } from '../domain/shell-word.ts';
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
  /** The cell it is about, which commands in advice repeat. */
  cell?: string | undefined;
  /** The settings file that names the cell, if it was given on the command line. */
  config?: string | undefined;
}

/** The options that every command has. */
export interface GlobalOptions {
  databaseUrl?: string;
  config?: string;
  cell?: string;
  json?: boolean;
  wide?: boolean;
}

/** The output of a run with these options. */
export function outputOf(command: Command, noColor?: boolean): Output {
  const { json, wide, cell, config } = command.optsWithGlobals<GlobalOptions>();
  return new Output({ json, wide, noColor, cell, config });
}

/** The output of one run of the command. */
export class Output {
  readonly json: boolean;
  readonly colors: Colors;
  readonly #width: number;
  readonly #given: OutputOptions;

  constructor(given: OutputOptions = {}) {
    const { json = false, wide = false, noColor = false } = given;
    this.#given = given;
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

  /**
   * The output of one of several cells.
   *
   * @param collect gets its document, instead of stdout
   */
  part(cell: string, collect: (document: unknown) => void): Output {
    return new PartOutput(this.#given, cell, collect);
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

  /**
   * Advice with the options of this run in its commands: those that say where it ran. `serve` runs all cells.
   *
   * @example `pgtaskqueue queues list` with `--cell eu` is `pgtaskqueue --cell eu queues list`
   */
  advice(text: string): string {
    const { cell, config } = this.#given;
    if (cell === undefined) return text;
    const options = `${config ? `--config ${shellWord(config)} ` : ''}--cell ${cell} `;
    return text.replace(/\bpgtaskqueue (?=(?!serve\b)[a-z])/g, (command) => command + options);
  }

  /** What went wrong, on stderr; with `--json` also as the one document on stdout. */
  fail({ message, hint: raised, ...more }: Failure): void {
    const hint = raised && this.advice(raised);
    this.warn(
      `${printable(`pgtaskqueue: ${message}`, { lines: true })}${hint ? `\n${printable(hint, { lines: true })}` : ''}`,
    );
    const { name, code, sqlState } = more;
    if (this.json) this.result('', { error: { name, code, sqlState, message, hint } });
  }
}

/** The output of one of several cells: its document becomes part of another, and its diagnostics name the cell. */
class PartOutput extends Output {
  readonly #cell: string;
  readonly #collect: (document: unknown) => void;

  constructor(given: OutputOptions, cell: string, collect: (document: unknown) => void) {
    super({ ...given, cell });
    this.#cell = cell;
    this.#collect = collect;
  }

  override result(text: string, document: unknown): void {
    if (this.json) this.#collect(document);
    else super.result(text, document);
  }

  override fail(failure: Failure): void {
    super.fail({ ...failure, message: `${this.#cell}: ${failure.message}` });
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
