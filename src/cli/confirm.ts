// Asks for confirmation.

import { createInterface } from 'node:readline/promises';
import { Declined, UsageError } from './exit-codes.ts';

/**
 * Asks at a terminal and returns when the answer is yes. Without a terminal nobody can answer, so `--yes` is required.
 *
 * @param why why confirmation is needed, for the error
 * @throws UsageError without a terminal and without `--yes` · Declined when the answer is no
 */
export async function confirm(
  question: () => Promise<string>,
  yes: boolean | undefined,
  why = 'this cannot be undone',
): Promise<void> {
  if (yes) return;
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new UsageError(`${why}, and there is no terminal to confirm it on: add --yes`);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${await question()} [y/N] `);
    if (!/^y(es)?$/i.test(answer.trim())) throw new Declined('nothing was changed');
  } finally {
    terminal.close();
  }
}
