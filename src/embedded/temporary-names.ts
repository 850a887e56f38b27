// Names of databases that their process drops. If it is killed, a later one does: each name says when it was made.

import { randomBytes } from 'node:crypto';

export const TEMPORARY = 'pgtaskqueue_temporary_';

export function temporaryName(): string {
  return `${TEMPORARY}${Math.floor(Date.now() / 1000)}_${randomBytes(6).toString('hex')}`;
}

/** How many seconds ago a temporary database was made; undefined: it is another kind of database. */
export function secondsSinceMade(name: string): number | undefined {
  const [, made] = /^pgtaskqueue_temporary_(\d+)_[0-9a-f]{12}$/.exec(name) ?? [];
  return made === undefined ? undefined : Date.now() / 1000 - Number(made);
}
