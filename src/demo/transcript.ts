// The checks of the demonstration, reported as they happen.

import { isDeepStrictEqual } from 'node:util';

/** One check. */
export interface Check {
  scenario: string;
  check: string;
  passed: boolean;
  /** What was expected and what was seen; only when the check failed. */
  expected?: unknown;
  seen?: unknown;
}

/** Records checks and prints each as a line. */
export class Transcript {
  readonly checks: Check[] = [];
  readonly #say: (line: string) => void;
  #scenario = '';

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  get passed(): number {
    return this.checks.filter((check) => check.passed).length;
  }

  get failed(): number {
    return this.checks.length - this.passed;
  }

  /** Starts a scenario, to which the next checks belong. */
  begin(scenario: string): void {
    this.#scenario = scenario;
    this.#say(`\n${scenario}`);
  }

  /** Something worth knowing that is not a check. */
  note(text: string): void {
    this.#say(`    ${text}`);
  }

  /** Compares what was seen with what was expected. */
  check(check: string, seen: unknown, expected: unknown = true): void {
    const passed = isDeepStrictEqual(seen, expected);
    this.checks.push({ scenario: this.#scenario, check, passed, ...(passed ? {} : { expected, seen }) });
    this.#say(`  ${passed ? '✓' : '✗'} ${check}`);
    if (passed) return;
    this.#say(`      expected: ${shown(expected)}`);
    this.#say(`      seen:     ${shown(seen)}`);
  }

  /** A scenario that an error ended: a failed check. */
  recordError(error: unknown): void {
    this.check(
      'the scenario runs to its end',
      error instanceof Error ? `${error.name}: ${error.message}` : error,
      'no error',
    );
  }
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
}
