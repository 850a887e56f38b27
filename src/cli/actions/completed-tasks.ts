// `pgtaskqueue tasks completed` and `wait`: lists completed tasks, and waits for a task to end.

import { waitForOutcome } from '../../client/outcome-wait.ts';
import { fetchOutcome, listCompletedTasks } from '../../store/completed-tasks.ts';
import { describeQueue } from '../../store/queues.ts';
import { onDatabase, type Session } from '../connect.ts';
import { COMPLETED_COLUMNS, outcomeText } from '../display/outcome-text.ts';
import { EXIT, ExitWith } from '../exit-codes.ts';

interface ListFlags {
  name?: string;
  tag?: string;
  limit: number;
}

export const completed = onDatabase(async ({ database, output }: Session, queue: string, flags: ListFlags) => {
  const found = await listCompletedTasks(database, queue, flags);
  const { keepCompleted } = await describeQueue(database, queue);
  const keeps =
    keepCompleted === 'none'
      ? `Queue ${queue} keeps no completed tasks. To keep them: pgtaskqueue queues update ${queue} --keep-completed all`
      : `No completed tasks in queue ${queue}.`;
  output.list(COMPLETED_COLUMNS, found, keeps);
});

export const wait = onDatabase(
  async ({ database, output }: Session, queue: string, name: string, { timeout }: { timeout?: number }) => {
    const found = await waitForOutcome(() => fetchOutcome(database, queue, name), { timeoutSeconds: timeout });
    output.result(outcomeText(name, found), { queue, name, ...found });
    if (found.outcome === 'dead' || found.outcome === 'waiting') throw new ExitWith(EXIT.failed);
    if (found.outcome === 'unknown') throw new ExitWith(EXIT.state);
  },
);
