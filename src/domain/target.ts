// Targets: where push tasks go.

import { InvalidTargetError } from './errors.ts';

/** As a task's target: the default version of the application, whatever service adds the task. */
export const DEFAULT_APP_VERSION = 'default';

/**
 * The target that stands for a service and its version; undefined: the default version of the default service, which is any task's.
 *
 * @throws InvalidTargetError for what can't be a service or a version: 1 to 100 lower-case letters, digits and hyphens
 * @example serviceTarget('worker', 'v2')   // 'v2.worker'
 */
export function serviceTarget(service: string | undefined, version: string | undefined): string | undefined {
  for (const [what, name] of Object.entries({ service, version })) {
    if (name === undefined || (typeof name === 'string' && /^[a-z0-9][a-z0-9-]{0,99}$/.test(name))) continue;
    throw new InvalidTargetError(`not a ${what}: ${String(name).slice(0, 120)}`, {
      hint: 'It has 1 to 100 lower-case letters, digits and hyphens, and begins with no hyphen.',
    });
  }
  if (version !== undefined) return `${version}.${service ?? 'default'}`;
  return service === 'default' ? undefined : service;
}

/** A name that tasks and queues use, and the base URL an operator gave it. */
export interface Target {
  name: string;
  url: string;
  /** Requests that each dispatcher may have under way there at once; null: no bound. */
  maxConcurrent: number | null;
  created: Date;
}

/** How a target is to be called. */
export interface TargetOptions {
  /**
   * Requests that each dispatcher may have under way there at once, over all its queues; 1 … 5000; default: no bound. Two dispatchers that lead
   * queues of the target may have twice as many. A pattern's bound holds for each name that it stands for.
   */
  maxConcurrent?: number | undefined;
}
