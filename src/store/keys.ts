// Signing keys of targets, by reference.

import { InvalidKeyError, InvalidTargetError } from '../domain/errors.ts';
import type { Key } from '../domain/key.ts';
import { requireText } from '../domain/text.ts';
import type { Executor } from '../postgres/executor.ts';
import { call, run, runOne, select } from '../schema/call.ts';
import { readDate, readDateOrNull } from './values.ts';

/**
 * Adds a key that signs the requests to a target; earlier keys also sign for the given time. The first key turns
 * signing on.
 *
 * @param reference `env:NAME` or `file:/path`, read by each dispatcher
 * @param keepOldSeconds default 7 days
 * @throws InvalidTargetError, InvalidKeyError
 */
export async function rotateKey(
  executor: Executor,
  target: string,
  reference: string,
  keepOldSeconds?: number,
): Promise<void> {
  const keep_old = keepOldSeconds === undefined ? undefined : `${keepOldSeconds} seconds`;
  await run(executor, call('rotate_key', { ...names(target, reference), keep_old }));
}

/** Revokes a key. Returns false if the target has no such key. */
export async function revokeKey(executor: Executor, target: string, reference: string): Promise<boolean> {
  return (await runOne(executor, call('revoke_key', names(target, reference)))).revoke_key;
}

/** Lists all valid keys; those of a target newest first. */
export async function listKeys(executor: Executor): Promise<Key[]> {
  const query = select('keys', { order: ['target', '-created'] });
  return (await run(executor, query)).map((row) => ({
    ...row,
    created: readDate(row.created),
    expires: readDateOrNull(row.expires),
  }));
}

function names(target: unknown, reference: unknown): { target: string; reference: string } {
  return {
    target: requireText(target, 'the name of a target', InvalidTargetError),
    reference: requireText(reference, 'the reference of a key', InvalidKeyError),
  };
}
