// What the command line prints: lines for people or one JSON document for machines on stdout, diagnostics on stderr.

import { createColors } from 'picocolors';
import type { Colors } from './display/table.ts';
import { printable, snakeCase, toJson } from './display/text.ts';

/** Where one run of the command prints to. */
export class Output {
  readonly json: boolean;
  readonly colors: Colors;

  /** @param options `json`: one document instead of lines; `noColor`: no colours even at a terminal */
  constructor({ json = false, noColor = false }: { json?: boolean; noColor?: boolean } = {}) {
    this.json = json;
    this.colors = createColors(!json && !noColor && process.stdout.isTTY === true);
  }

  /** The result of a command: the text for people, or the document, its keys in snake case, for machines. */
  result(text: string, document: unknown): void {
    process.stdout.write(`${this.json ? toJson(snakeCase(document)) : text}\n`);
  }

  /** A line for people; machines that asked for JSON are spared it. */
  say(text = ''): void {
    if (!this.json) process.stdout.write(`${text}\n`);
  }

  /** How far long work is: one line at a terminal, which the next one replaces; '' ends it. */
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
