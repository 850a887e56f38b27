// `pgtaskqueue tasks export` and `tasks import`: waiting tasks as a file, where no machine reaches both databases.

import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { exportLines, InvalidLines, importLines } from '../../moving/task-lines.ts';
import { executorOf } from '../../postgres/executor.ts';
import { requireDatabase } from '../../server/config.ts';
import { findExport, finishExport, undoExport } from '../../store/moved-tasks.ts';
import { confirm } from '../confirm.ts';
import { onDatabase, openOne, type Session } from '../connect.ts';
import { movedText, plural } from '../display/moving-text.ts';
import { UsageError } from '../exit-codes.ts';

interface ExportFlags {
  file?: string;
  dead?: boolean;
  finish?: boolean;
  undo?: boolean;
  yes?: boolean;
}

export const exportTasks = onDatabase(async (session: Session, queue: string, flags: ExportFlags) => {
  const { file, dead = false, finish, undo } = flags;
  if (finish && undo) throw new UsageError('one of --finish and --undo must be given, not both');
  if (finish) return finishIt(session, queue, flags);
  if (undo) return undoIt(session, queue, flags);
  const { output, config } = session;
  const from = openOne(requireDatabase(config));
  const count = { batches: 0, tasks: 0 };
  const target = file === undefined ? undefined : await openPrivate(file);
  try {
    for await (const line of exportLines(executorOf(from), queue, { dead }, count)) await write(`${line}\n`, target);
    await target?.sync();
  } finally {
    await Promise.all([target?.close(), from.end()]);
  }
  const text = `Exported ${plural(count.tasks)} of queue ${queue}. When they have been imported: ${finishing(queue)}`;
  if (file === undefined) output.warn(output.advice(text));
  else output.result(output.advice(text), { queue, file, ...count });
});

const finishing = (queue: string) => `pgtaskqueue tasks export ${queue} --finish`;

/** What it contains is for the operators of the queue alone, also if the file was there before. */
async function openPrivate(file: string): Promise<FileHandle> {
  const target = await open(file, 'w', 0o600);
  if ((await target.stat()).isFile()) await target.chmod(0o600);
  return target;
}

async function write(text: string, target: FileHandle | undefined): Promise<void> {
  if (target) await target.writeFile(text);
  else if (!process.stdout.write(text)) await new Promise((resolve) => process.stdout.once('drain', resolve));
}

async function finishIt({ database, output, config }: Session, queue: string, { yes }: ExportFlags): Promise<void> {
  const held = (await findExport(database, queue))?.tasks ?? 0;
  const why = 'what has not been imported is lost';
  await confirm(
    async () => `Forget ${plural(held)} exported from queue ${queue}? What has not been imported is lost.`,
    {
      ...{ yes, why, cell: config.cell },
    },
  );
  const tasks = await finishExport(database, queue);
  output.result(`Forgot ${plural(tasks)} exported from queue ${queue}.`, { queue, tasks });
}

async function undoIt({ database, output, config }: Session, queue: string, { yes }: ExportFlags): Promise<void> {
  const held = (await findExport(database, queue))?.tasks ?? 0;
  const why = 'tasks that have been imported elsewhere run twice';
  await confirm(async () => `Give ${plural(held)} back to queue ${queue}? Those imported elsewhere run twice.`, {
    ...{ yes, why, cell: config.cell },
  });
  let tasks = 0;
  for (let back = -1; back !== 0; tasks += back) back = await undoExport(database, queue);
  output.result(`Gave ${plural(tasks)} back to queue ${queue}.`, { queue, tasks });
}

export const importTasks = onDatabase(async ({ output, config }: Session, queue: string, file: string) => {
  const to = openOne(requireDatabase(config));
  try {
    const input = file === '-' ? process.stdin : createReadStream(file);
    const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
    const moved = await importLines(executorOf(to), queue, lines, ({ added, dead }) =>
      output.progress(`${plural(added + dead)} imported …`),
    );
    output.progress('');
    output.result(movedText(`Imported into queue ${queue}`, moved), { queue, ...moved });
  } catch (error) {
    if (error instanceof InvalidLines) throw new UsageError(`${file}: ${error.message}`);
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new UsageError(`there is no file ${file}`);
    throw error;
  } finally {
    await to.end();
  }
});
