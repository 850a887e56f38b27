// The problems of a file, collected so that all are reported together.

import type { ConfigProblem } from '../config-error.ts';
import type { Position } from './config-node.ts';

/** The setting that a problem is about. */
export interface About {
  /** The queue or job it belongs to. */
  entry?: string | undefined;
  key?: string | undefined;
  value?: string | undefined;
}

/** Collects the problems and warnings of a file. */
export class Problems {
  readonly #found: ConfigProblem[] = [];
  readonly #warnings: ConfigProblem[] = [];

  /** Adds a problem, which makes the file invalid. */
  add(at: Position, message: string, about: About = {}): undefined {
    this.#found.push(problem(at, message, about));
    return undefined;
  }

  /** Adds a warning about something that is tolerated. */
  warn(at: Position, message: string, about: About = {}): void {
    this.#warnings.push(problem(at, message, about));
  }

  /** The problems, in the order of the file. */
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
