// `pgtaskqueue verify`: does the stored data hold together?

import type { Command } from 'commander';
import { verifyData } from '../../store/explanations.ts';
import { onDatabase, type Session } from '../connect.ts';
import { table } from '../display/table.ts';
import { EXIT, ExitWith } from '../exit-codes.ts';

/** Adds the command `verify`. */
export function addVerifyCommand(program: Command): void {
  program
    .command('verify')
    .description('check the invariants of the stored data; reads all of it, and ends with 1 when one does not hold')
    .addHelpText('after', '\nExample:\n  pgtaskqueue verify')
    .action(onDatabase(verify));
}

async function verify({ database, output }: Session): Promise<void> {
  const problems = await verifyData(database);
  const columns = [
    { heading: 'INVARIANT', cell: (problem: (typeof problems)[number]) => problem.invariant },
    { heading: 'QUEUE', cell: (problem: (typeof problems)[number]) => problem.queue },
    { heading: 'WHAT IS WRONG', cell: (problem: (typeof problems)[number]) => problem.detail },
  ];
  output.result(problems.length > 0 ? table(columns, problems, output.colors) : 'All invariants hold.', problems);
  if (problems.length > 0) throw new ExitWith(EXIT.failed);
}
