// Targets: names for the servers that push tasks are sent to.

import { InvalidTargetError } from './errors.ts';

/** As a task's target: the default version of the application, whichever service adds the task. */
export const DEFAULT_APP_VERSION = 'default';

/**
 * Returns the target for a service and its version; undefined for the default version of the default service, where
 * tasks go anyway.
 *
 * @throws InvalidTargetError for a service or version that is not 1 to 100 lower-case letters, digits and hyphens
 * @example serviceTarget('worker', 'v2')   // 'v2.worker'
 */
export function serviceTarget(service: string | undefined, version: string | undefined): string | undefined {
  for (const [what, name] of Object.entries({ service, version })) {
    if (name === undefined || (typeof name === 'string' && /^[a-z0-9][a-z0-9-]{0,99}$/.test(name))) continue;
    throw new InvalidTargetError(
      `${what} must be 1 to 100 lower-case letters, digits and hyphens, got ${String(name).slice(0, 120)}`,
      {
        hint: 'It must not begin with a hyphen.',
      },
    );
  }
  if (version !== undefined) return `${version}.${service ?? 'default'}`;
  return service === 'default' ? undefined : service;
}

/** A name that tasks and queues use, and the base URL that an operator gave it. */
export interface Target {
  name: string;
  url: string;
  /** Maximum number of concurrent requests to it from each dispatcher; null: no limit. */
  maxConcurrent: number | null;
  created: Date;
}

/** Options of a target. */
export interface TargetOptions {
  /**
   * Maximum number of concurrent requests to the target from each dispatcher, over all its queues; 1 … 5000; default:
   * no limit. Two dispatchers that lead queues of the target may send twice as many. The limit of a pattern applies to
   * each name that matches it.
   */
  maxConcurrent?: number | undefined;
}
