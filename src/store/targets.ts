// Targets: the base URLs that push tasks are sent to.

import { InvalidTargetError } from '../domain/errors.ts';
import { requireKnownKeys } from '../domain/known-keys.ts';
import type { Target, TargetOptions } from '../domain/target.ts';
import { kindOf, requireText } from '../domain/text.ts';
import type { Executor } from '../postgres/executor.ts';
import { call, run, runOne, select } from '../schema/call.ts';
import { readDate } from './values.ts';

/**
 * Sets a target's base URL and its limit of concurrent requests.
 *
 * @throws InvalidTargetError
 */
export async function setTarget(
  executor: Executor,
  name: string,
  url: string,
  options: TargetOptions = {},
): Promise<void> {
  requireKnownKeys(options, ['maxConcurrent'], 'a target');
  const given = { name: text(name, 'the name of a target'), url: text(url, 'the URL of a target') };
  await run(executor, call('set_target', { ...given, max_concurrent: bound(options.maxConcurrent) }));
}

/** Removes a target. Returns false if there was no such target. */
export async function removeTarget(executor: Executor, name: string): Promise<boolean> {
  return (await runOne(executor, call('remove_target', { name: text(name, 'the name of a target') }))).remove_target;
}

/** Lists all targets by name. */
export async function listTargets(executor: Executor): Promise<Target[]> {
  const query = select('targets', { order: ['name'] });
  return (await run(executor, query)).map(({ max_concurrent, ...row }) => ({
    ...row,
    maxConcurrent: max_concurrent,
    created: readDate(row.created),
  }));
}

const text = (value: unknown, what: string) => requireText(value, what, InvalidTargetError);

function bound(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'number') throw new TypeError(`maxConcurrent must be a number, got ${kindOf(value)}`);
  if (Number.isInteger(value) && value >= 1 && value <= 5000) return value;
  throw new InvalidTargetError(`maxConcurrent must be a whole number from 1 to 5000, got ${value}`);
}
