// The parts of a server.

import { ConfigError } from './config-error.ts';

/** All parts: the REST API, the sending of push tasks, and cron with the upkeep of queues without a dispatcher. */
export const ROLES = ['http', 'dispatcher', 'scheduler'] as const;

/** A part of a server. */
export type ServerRole = (typeof ROLES)[number];

/**
 * The roles of a list, or of a text with commas, in a fixed order; undefined: all.
 *
 * @throws ConfigError for an unknown role, and for none
 * @example readRoles('scheduler, http')   // ['http', 'scheduler']
 */
export function readRoles(given: string | readonly string[] | undefined): ServerRole[] {
  if (given === undefined) return [...ROLES];
  const names = typeof given === 'string' ? given.split(',').map((name) => name.trim()) : given;
  const known = (name: string) => (ROLES as readonly string[]).includes(name);
  if (names.length > 0 && names.every(known)) return ROLES.filter((role) => names.includes(role));
  throw new ConfigError(`roles must be some of http, dispatcher and scheduler, got ${names.join(',') || 'none'}`);
}
