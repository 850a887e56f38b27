// The server on which tests create their databases: one that is named, or the embedded one.

import path from 'node:path';
import { keptServer } from '../../embedded/kept-server.ts';
import { requireConnectionString } from '../../postgres/connection-settings.ts';
import type { TestDatabaseOptions } from './options.ts';

/** A server, as far as tests need to know it. */
export interface TestServer {
  /** Connection string of a database on it. */
  url: string;
  /** True: it may have ended since it was found. */
  embedded: boolean;
}

/** @throws TypeError for a connection string that is none; Error if there is no embedded PostgreSQL to start */
export async function findTestServer({ url: given, dataDir }: TestDatabaseOptions): Promise<TestServer> {
  const url = given ?? (process.env.DATABASE_URL || undefined);
  if (url !== undefined) {
    requireConnectionString(url);
    if (!URL.canParse(url)) throw new TypeError('url must be a URL such as postgresql://user@host:5432/database');
    return { url, embedded: false };
  }
  const { PGTASKQUEUE_DATA_DIR, PGTASKQUEUE_EMBEDDED_FROM: from, PGTASKQUEUE_EMBEDDED_USER: user } = process.env;
  const dir = path.resolve(dataDir ?? path.join(PGTASKQUEUE_DATA_DIR || '.pgtaskqueue', 'testing'));
  return { url: await keptServer({ dir, from, user }), embedded: true };
}
