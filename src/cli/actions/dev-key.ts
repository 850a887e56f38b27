// The private key of ID tokens of `dev`, made once and kept in its data folder.

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { generatePrivateKey } from '../../task-tokens/private-key.ts';

/** Returns the reference of the key. */
export function devIdTokenKey(dataDir: string): string {
  const path = join(resolve(dataDir), 'id-token.pem');
  if (!existsSync(path)) {
    mkdirSync(resolve(dataDir), { recursive: true });
    writeFileSync(path, generatePrivateKey(), { mode: 0o600 });
  }
  return `file:${path}`;
}
