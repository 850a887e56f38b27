// Targets: where push tasks go.

import { InvalidTargetError } from '../domain/errors.ts';
import type { Target } from '../domain/target.ts';
import { requireText } from '../domain/text.ts';
import { call, run, runOne } from '../sql/call.ts';
import type { Executor } from '../sql/executor.ts';
import { views } from '../sql/views.ts';
import { readDate } from './values.ts';

/**
 * Gives a name a base URL, or another one.
 *
 * @throws InvalidTargetError
 */
export async function setTarget(executor: Executor, name: string, url: string): Promise<void> {
  await run(
    executor,
    call('set_target', { name: text(name, 'the name of a target'), url: text(url, 'the URL of a target') }),
  );
}

/** Forgets a target; false: there was none. */
export async function removeTarget(executor: Executor, name: string): Promise<boolean> {
  return (await runOne(executor, call('remove_target', { name: text(name, 'the name of a target') }))).remove_target;
}

/** All targets, by name. */
export async function listTargets(executor: Executor): Promise<Target[]> {
  const query = views.selectFrom('taskqueue.targets').selectAll().orderBy('name');
  return (await run(executor, query.compile())).map((row) => ({ ...row, created: readDate(row.created) }));
}

const text = (value: unknown, what: string) => requireText(value, what, InvalidTargetError);
