// Hosts that tasks may name themselves.

import { InvalidTargetError } from '../domain/errors.ts';
import { requireText } from '../domain/text.ts';
import type { Executor } from '../postgres/executor.ts';
import { call, look, run, runOne } from '../schema/call.ts';

/**
 * Lets tasks name a host themselves.
 *
 * @param entry a host name, `*.example.com`, `*`, an address or a CIDR
 * @throws InvalidTargetError
 */
export async function allowUrl(executor: Executor, entry: string): Promise<void> {
  await run(executor, call('allow_url', { entry: text(entry) }));
}

/** Takes that back; false: there was no such entry. */
export async function disallowUrl(executor: Executor, entry: string): Promise<boolean> {
  return (await runOne(executor, call('disallow_url', { entry: text(entry) }))).disallow_url;
}

/** All entries. */
export async function listAllowedUrls(executor: Executor): Promise<string[]> {
  return (await run(executor, look('allowed_urls', { order: ['entry'] }))).map(({ entry }) => entry);
}

const text = (value: unknown) => requireText(value, 'a host', InvalidTargetError);
