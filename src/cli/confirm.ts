// Asks for confirmation.

import { createInterface } from 'node:readline/promises';
import { Declined, UsageError } from './exit-codes.ts';

/** What a command asks, and whom. */
export interface Confirmation {
  /** True: `--yes` was given. */
  yes: boolean | undefined;
  /** The cell that is changed, which the question names. */
  cell: string | undefined;
  /** Why confirmation is needed, for the error. */
  why?: string;
}

/**
 * Asks at a terminal and returns when the answer is yes. Without a terminal nobody can answer, so `--yes` is required.
 *
 * @throws UsageError without a terminal and without `--yes` · Declined when the answer is no
 */
export async function confirm(
  question: () => Promise<string>,
  { yes, cell, why = 'this cannot be undone' }: Confirmation,
): Promise<void> {
  if (yes) return;
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new UsageError(`${why}, and there is no terminal to confirm it on: add --yes`);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${cell ? `Cell ${cell}: ` : ''}${await question()} [y/N] `);
    if (!/^y(es)?$/i.test(answer.trim())) throw new Declined('nothing was changed');
  } finally {
    terminal.close();
  }
}
