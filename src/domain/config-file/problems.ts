// What is wrong with a file: everything at once, so that nobody has to mend it line by line.

import type { ConfigProblem } from '../config-error.ts';
import type { Position } from './config-node.ts';

/** Whose setting is wrong. */
export interface About {
  /** The queue or job it belongs to. */
  entry?: string | undefined;
  key?: string | undefined;
  value?: string | undefined;
}

/** Collects problems and warnings while a file is read. */
export class Problems {
  readonly #found: ConfigProblem[] = [];
  readonly #warnings: ConfigProblem[] = [];

  /** Something that makes the file invalid. */
  add(at: Position, message: string, about: About = {}): undefined {
    this.#found.push(problem(at, message, about));
    return undefined;
  }

  /** Something that is put up with. */
  warn(at: Position, message: string, about: About = {}): void {
    this.#warnings.push(problem(at, message, about));
  }

  /** In the order of the file. */
  get found(): ConfigProblem[] {
    return this.#found.toSorted(byPlace);
  }

  get warnings(): ConfigProblem[] {
    return this.#warnings.toSorted(byPlace);
  }
}

function problem({ line, column }: Position, message: string, { entry, key, value }: About): ConfigProblem {
  return { line, column, message, ...(entry && { entry }), ...(key && { key }), ...(value !== undefined && { value }) };
}

const byPlace = (a: ConfigProblem, b: ConfigProblem) => a.line - b.line || a.column - b.column;
