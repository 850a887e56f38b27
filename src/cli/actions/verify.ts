// `pgtaskqueue verify`: checks the invariants of the stored data.

import type { Problem } from '../../domain/problem.ts';
import { verifyData } from '../../store/explanations.ts';
import { onDatabase, type Session } from '../connect.ts';
import type { Column } from '../display/table.ts';
import { EXIT, ExitWith } from '../exit-codes.ts';

const COLUMNS: Column<Problem>[] = [
  { heading: 'INVARIANT', cell: ({ invariant }) => invariant },
  { heading: 'QUEUE', cell: ({ queue }) => queue },
  { heading: 'PROBLEM', cell: ({ detail }) => detail },
];

export const verify = onDatabase(async ({ database, output }: Session) => {
  const problems = await verifyData(database);
  output.list(COLUMNS, problems, 'All invariants hold.');
  if (problems.length > 0) throw new ExitWith(EXIT.failed);
});
