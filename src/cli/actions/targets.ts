// `pgtaskqueue targets …`: the servers that push tasks are sent to.

import type { Target } from '../../domain/target.ts';
import { listTargets, removeTarget, setTarget } from '../../store/targets.ts';
import { onDatabase, type Session } from '../connect.ts';
import type { Column } from '../display/table.ts';
import { NotFound } from '../exit-codes.ts';

const COLUMNS: Column<Target>[] = [
  { heading: 'NAME', cell: ({ name }) => name },
  { heading: 'URL', cell: ({ url }) => url, least: 20 },
  { heading: 'MAX CONCURRENT', cell: ({ maxConcurrent }) => String(maxConcurrent ?? '-') },
];

export const list = onDatabase(async ({ database, output }: Session) => {
  output.list(COLUMNS, await listTargets(database), 'No targets. Set one: pgtaskqueue targets set default URL');
});

export const set = onDatabase(
  async ({ database, output }: Session, name: string, url: string, { maxConcurrent }: { maxConcurrent?: number }) => {
    await setTarget(database, name, url, { maxConcurrent });
    const limit = maxConcurrent === undefined ? '' : `, at most ${maxConcurrent} requests at a time`;
    output.result(`Set target ${name} to ${url}${limit}.`, { name, url, maxConcurrent: maxConcurrent ?? null });
  },
);

export const remove = onDatabase(async ({ database, output }: Session, name: string) => {
  if (!(await removeTarget(database, name)))
    throw new NotFound(`there is no target ${name}`, 'List all targets: pgtaskqueue targets list');
  output.result(`Removed target ${name}.`, { name });
});
