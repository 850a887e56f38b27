// Queue files: applying one, and what of them is kept beside the queues.

import { InvalidQueueError } from '../domain/errors.ts';
import { requireKnownKeys } from '../domain/known-keys.ts';
import type { ApplyOptions, QueueChange } from '../domain/queue-file/queue-change.ts';
import type { QueueConfig } from '../domain/queue-file/queue-config.ts';
import { kindOf } from '../domain/text.ts';
import type { Executor } from '../postgres/executor.ts';
import { call, look, run } from '../schema/call.ts';
import { readCount, readDateOrNull } from './values.ts';

/**
 * Makes the queues what a queue file says, all of it or nothing.
 *
 * @returns what has changed, or with `dryRun` would change
 * @throws InvalidQueueError and its kind, InvalidRetryParametersError, InvalidTargetError, TombstonedQueueError; InvalidRequestError when it is not
 *   what was approved
 */
export async function applyQueueConfig(
  executor: Executor,
  config: QueueConfig,
  options: ApplyOptions = {},
): Promise<QueueChange[]> {
  requireKnownKeys(options, ['dryRun', 'approved', 'disableAll'], 'the options of applyConfig');
  const { dryRun, approved, disableAll } = options;
  const query = call('apply_queues', {
    config: jsonText(config),
    dry_run: dryRun,
    approved: approved && JSON.stringify(approved),
    disable_all: disableAll,
  });
  return run(executor, query);
}

/** The limit of all tasks together, as it was written; undefined: there is none. */
export async function readStorageLimit(executor: Executor): Promise<string | undefined> {
  return (await readStorage(executor))?.limit;
}

/** How much room all tasks together have and take. */
export interface Storage {
  /** As it was written, such as 10G. */
  limit: string;
  limitBytes: number;
  /** null: they were not measured yet. */
  usedBytes: number | null;
  measured: Date | null;
}

/** How much room all tasks together have and take; undefined: there is no limit, and nothing is measured. */
export async function readStorage(executor: Executor): Promise<Storage | undefined> {
  const where = { name: 'total_storage_limit' };
  const [row] = await run(executor, look('settings', { where, order: ['name'] }));
  return (
    row && {
      limit: row.value,
      limitBytes: Number(row.bytes),
      usedBytes: row.used === null ? null : readCount(row.used),
      measured: readDateOrNull(row.measured),
    }
  );
}

function jsonText(config: unknown): string {
  if (typeof config !== 'object' || config === null || Array.isArray(config)) {
    throw new TypeError(`a queue file must be an object, got ${kindOf(config)}`);
  }
  const text = JSON.stringify(config);
  if (!text.isWellFormed() || text.includes('\\u0000')) throw new InvalidQueueError('a queue file must be text');
  return text;
}
