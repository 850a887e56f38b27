// Names of databases that their process drops. If it is killed, the next one that starts the server does.

import { randomBytes } from 'node:crypto';

export const TEMPORARY = 'temporary_';

export function temporaryName(): string {
  return `${TEMPORARY}${process.pid}_${randomBytes(4).toString('hex')}`;
}
