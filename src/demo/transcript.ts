// What the demonstration saw, check by check, told while it happens.

import { isDeepStrictEqual } from 'node:util';

/** One thing that was to be seen. */
export interface Check {
  scenario: string;
  check: string;
  passed: boolean;
  /** What should have been seen, and what was; only when it was not met. */
  expected?: unknown;
  seen?: unknown;
}

/** Writes down checks and shows each as a line. */
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

  /** The scenario the next checks belong to. */
  begin(scenario: string): void {
    this.#scenario = scenario;
    this.#say(`\n${scenario}`);
  }

  /** Something worth knowing that is no check. */
  note(text: string): void {
    this.#say(`    ${text}`);
  }

  /** Compares what was seen with what should be. */
  check(check: string, seen: unknown, expected: unknown = true): void {
    const passed = isDeepStrictEqual(seen, expected);
    this.checks.push({ scenario: this.#scenario, check, passed, ...(passed ? {} : { expected, seen }) });
    this.#say(`  ${passed ? '✓' : '✗'} ${check}`);
    if (passed) return;
    this.#say(`      expected: ${shown(expected)}`);
    this.#say(`      seen:     ${shown(seen)}`);
  }

  /** A scenario that broke off: what it would have checked is not met. */
  broke(error: unknown): void {
    this.check(
      'the scenario plays to its end',
      error instanceof Error ? `${error.name}: ${error.message}` : error,
      'no error',
    );
  }
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
}
