// An empty database on the test server, not migrated.

import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject, onTestFinished } from 'vitest';
import { databaseUrl } from '../../src/embedded/state-file.ts';

/** A database for tests of the migrator. */
export interface BareDatabase {
  name: string;
  url: string;
  /** Runs one statement on a new superuser connection. */
  query(text: string): Promise<pg.QueryResult>;
}

/** Creates an empty database, which is dropped when the test ends. */
export async function bareDatabase(): Promise<BareDatabase> {
  const adminUrl = inject('adminUrl');
  const name = `b_${process.pid}_${randomBytes(4).toString('hex')}`;
  await queryAt(adminUrl, `create database ${name}`);
  onTestFinished(async () => {
    await queryAt(adminUrl, `drop database if exists ${name} with (force)`);
  });
  const url = databaseUrl(adminUrl, name);
  return { name, url, query: (text) => queryAt(url, text) };
}

/** Runs one statement on a new connection. */
export async function queryAt(url: string, text: string): Promise<pg.QueryResult> {
  const client = new pg.Client(url);
  client.on('error', () => {}); // the statement rejects with the error
  await client.connect();
  try {
    return await client.query(text);
  } finally {
    await client.end();
  }
}
