// Exported tasks as lines of JSON, for databases that one machine cannot reach together: a batch to a line, and a last
// line that says how many there are.

import type { Executor } from '../postgres/executor.ts';
import { exportBatch, importBatch, type TaskBatch } from '../store/moved-tasks.ts';
import type { MovedTasks } from './move-tasks.ts';

/** How many tasks some lines have. */
export interface LineCounts {
  batches: number;
  tasks: number;
}

/** The destination of tasks that leave as lines. */
export const BY_FILE = 'a file';

/** Lines that cannot be imported. */
export class InvalidLines extends Error {
  override readonly name = 'InvalidLines';
}

/**
 * Takes the tasks that wait, and returns them as lines, after those that an earlier call has taken. They are held until
 * they are forgotten.
 *
 * @param dead true: also dead tasks
 * @param count is brought up to date before each line
 * @throws what export_tasks raises
 */
export async function* exportLines(
  from: Executor,
  queue: string,
  { dead }: { dead: boolean },
  count: LineCounts = { batches: 0, tasks: 0 },
): AsyncIterable<string> {
  let last: TaskBatch | undefined;
  for (const kind of dead ? [false, true] : [false]) {
    let more = true;
    while (more) {
      const batch = await exportBatch(from, queue, BY_FILE, { after: last?.number, dead: kind });
      if (batch === undefined) break;
      count.batches += 1;
      count.tasks += batch.tasks;
      yield batch.content;
      last = batch;
      more = batch.more;
    }
  }
  yield JSON.stringify({ end: true, ...count });
}

/**
 * Adds the tasks of lines, each once however often they are imported.
 *
 * @throws InvalidLines if a line is none of these, or if the last one is missing; what import_tasks raises
 */
export async function importLines(
  to: Executor,
  queue: string,
  lines: AsyncIterable<string>,
  moved?: (so: MovedTasks) => void,
): Promise<MovedTasks> {
  const total = { added: 0, dead: 0 };
  let batches = 0;
  let ended = false;
  for await (const line of lines) {
    if (line.trim() === '') continue;
    const { end, batches: exported } = readLine(line, batches + 1);
    if (end && exported !== batches) throw new InvalidLines(`${exported} batches were exported, got ${batches}`);
    ended = end;
    if (end) continue;
    const { added, dead } = await importBatch(to, queue, line);
    total.added += added;
    total.dead += dead;
    batches += 1;
    moved?.(total);
  }
  if (!ended) throw new InvalidLines('the last line is missing: the export was interrupted');
  return total;
}

function readLine(line: string, number: number): { end: boolean; batches: number } {
  try {
    const { end = false, batches = 0 } = JSON.parse(line);
    return { end: end === true, batches };
  } catch {
    throw new InvalidLines(`line ${number} must be a JSON object, got ${JSON.stringify(line.slice(0, 60))}`);
  }
}
