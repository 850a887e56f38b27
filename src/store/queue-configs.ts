// Queue files: applying one, and reading the settings that apply to all queues.

import { InvalidQueueError } from '../domain/errors.ts';
import { requireKnownKeys } from '../domain/known-keys.ts';
import type { ApplyOptions, QueueChange } from '../domain/queue-file/queue-change.ts';
import type { QueueConfig } from '../domain/queue-file/queue-config.ts';
import { kindOf } from '../domain/text.ts';
import type { Executor } from '../postgres/executor.ts';
import { call, run, select } from '../schema/call.ts';
import { readCount, readDateOrNull } from './values.ts';

/**
 * Applies a queue file, all of it or nothing.
 *
 * @returns the changes made or, with `dryRun`, the changes to be made
 * @throws InvalidQueueError and its subclasses, InvalidRetryParametersError, InvalidTargetError, TombstonedQueueError;
 *   InvalidRequestError if the changes are not those approved
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

/** Reads the storage limit of all tasks together, as written; undefined if there is none. */
export async function readStorageLimit(executor: Executor): Promise<string | undefined> {
  return (await readStorage(executor))?.limit;
}

/** The storage limit and usage of all tasks together. */
export interface Storage {
  /** As written, for example 10G. */
  limit: string;
  limitBytes: number;
  /** null: not measured yet. */
  usedBytes: number | null;
  measured: Date | null;
}

/**
 * Reads the storage limit and usage of all tasks together; undefined if there is no limit, as usage is not measured
 * then.
 */
export async function readStorage(executor: Executor): Promise<Storage | undefined> {
  const where = { name: 'total_storage_limit' };
  const [row] = await run(executor, select('settings', { where, order: ['name'] }));
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
  if (!text.isWellFormed() || text.includes('\\u0000'))
    throw new InvalidQueueError('a queue file must be well-formed text without NUL characters');
  return text;
}
