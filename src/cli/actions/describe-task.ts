// `pgtaskqueue tasks describe`: all details of a task, live or dead.

import { PermissionDeniedError, UnknownTaskError } from '../../domain/errors.ts';
import { listAttempts } from '../../store/attempts.ts';
import { findDeadTask } from '../../store/dead-tasks.ts';
import { describeTask, taskDetails, taskPayload } from '../../store/tasks.ts';
import { onDatabase, type Session } from '../connect.ts';
import { bytesAsText } from '../display/payload.ts';
import { describeTaskText, type Shown } from '../display/task-text.ts';

/** How many of the latest attempts are shown. */
const ATTEMPTS = 10;

export const describe = onDatabase(
  async ({ database, output }: Session, queue: string, name: string, { payload }: { payload?: boolean }) => {
    const task = await statusOf(database, queue, name);
    const details = await taskDetails(database, queue, name).catch(withoutRight);
    const attempts = await listAttempts(database, queue, { name, limit: ATTEMPTS });
    const body = payload ? await taskPayload(database, queue, name) : undefined;
    const shown: Shown = { ...task, ...details, attempts };
    output.result(describeTaskText(shown, body), { ...shown, ...bodyDocument(body) });
  },
);

/** Headers may hold secrets: only roles that may read payloads see them. */
function withoutRight(error: unknown): undefined {
  if (!(error instanceof PermissionDeniedError)) throw error;
}

async function statusOf(database: Session['database'], queue: string, name: string) {
  try {
    return await describeTask(database, queue, name);
  } catch (error) {
    const dead = error instanceof UnknownTaskError && (await findDeadTask(database, queue, name));
    if (!dead) throw error;
    return { ...dead, state: 'dead' as const };
  }
}

/** Bytes that are not text are given in base64; null stands for no body. */
function bodyDocument(body: Uint8Array | null | undefined): object {
  if (body === undefined) return {};
  const text = body && bytesAsText(body);
  return text === undefined ? { payloadBase64: Buffer.from(body ?? []).toString('base64') } : { payload: text };
}
