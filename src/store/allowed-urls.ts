// The hosts that tasks may use in URLs of their own.

import { InvalidTargetError } from '../domain/errors.ts';
import { requireText } from '../domain/text.ts';
import type { Executor } from '../postgres/executor.ts';
import { call, run, runOne, select } from '../schema/call.ts';

/**
 * Allows tasks to use URLs on a host.
 *
 * @param entry a host name, `*.example.com`, `*`, an address or a CIDR
 * @throws InvalidTargetError
 */
export async function allowUrl(executor: Executor, entry: string): Promise<void> {
  await run(executor, call('allow_url', { entry: text(entry) }));
}

/** Removes an entry. Returns false if there was no such entry. */
export async function disallowUrl(executor: Executor, entry: string): Promise<boolean> {
  return (await runOne(executor, call('disallow_url', { entry: text(entry) }))).disallow_url;
}

/** Lists all entries. */
export async function listAllowedUrls(executor: Executor): Promise<string[]> {
  return (await run(executor, select('allowed_urls', { order: ['entry'] }))).map(({ entry }) => entry);
}

const text = (value: unknown) => requireText(value, 'a host', InvalidTargetError);
