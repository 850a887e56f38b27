// `pgtaskqueue tasks move`: the waiting tasks of a queue go to another database.

import { moveTasks } from '../../moving/move-tasks.ts';
import { executorOf } from '../../postgres/executor.ts';
import type { Config } from '../../server/config.ts';
import { requireDatabase } from '../../server/config.ts';
import { type DatabaseSource, databaseOfUrl } from '../../server/database-source.ts';
import { referencedUrl } from '../../server/referenced-url.ts';
import { describeQueue } from '../../store/queues.ts';
import { onDatabase, openOne, type Session } from '../connect.ts';
import { movedText, plural, stayingText } from '../display/moving-text.ts';
import { UsageError } from '../exit-codes.ts';

interface MoveFlags {
  to: string;
  dead?: boolean;
}

export const move = onDatabase(async ({ database, output, config }: Session, queue: string, flags: MoveFlags) => {
  const { name, source } = destinationOf(flags.to, config);
  const from = openOne(requireDatabase(config));
  const to = openOne(source);
  try {
    const moved = await moveTasks(executorOf(from), executorOf(to), {
      ...{ queue, destination: name, dead: flags.dead ?? false },
      moved: ({ added, dead }) => output.progress(`${plural(added + dead)} moved …`),
    });
    output.progress('');
    const { tasks: staying, inFlight } = await describeQueue(database, queue);
    const text = [movedText(`Moved to ${name}`, moved), stayingText(queue, staying, inFlight)].join(' ');
    output.result(text, { queue, to: name, ...moved, staying });
  } finally {
    await Promise.all([from.end(), to.end()]);
  }
});

/** A cell of the settings file, or a database of its own. */
function destinationOf(given: string, { cells, cell }: Config): { name: string; source: DatabaseSource } {
  if (!/^[a-z][a-z0-9-]*$/.test(given)) {
    const source = databaseOfUrl(referencedUrl(given, '--to'), 'option', '--to');
    return { name: source.label, source };
  }
  const names = cells.map(({ name }) => name);
  const found = cells.find(({ name }) => name === given);
  if (found === undefined) {
    const among = names.length > 0 ? `the cells ${names.join(', ')}, or` : 'a cell of the settings file, or';
    throw new UsageError(`--to must be one of ${among} a connection string, env:NAME or file:/path, got ${given}`);
  }
  if (given === cell)
    throw new UsageError(`--to must be another cell than the one that the tasks are in, got ${given}`);
  return { name: given, source: found.database };
}
