// An empty database on the test server, not migrated.

import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject, onTestFinished } from 'vitest';
import { databaseUrl } from '../../src/embedded/state-file.ts';

/** What the tests of the migrator need of a database. */
export interface BareDatabase {
  name: string;
  url: string;
  /** Runs one statement on a connection of its own, as superuser. */
  query(text: string): Promise<pg.QueryResult>;
}

/** Makes an empty database; it goes away when the test ends. */
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

/** Runs one statement on a connection of its own. */
export async function queryAt(url: string, text: string): Promise<pg.QueryResult> {
  const client = new pg.Client(url);
  client.on('error', () => {}); // the statement fails with it
  await client.connect();
  try {
    return await client.query(text);
  } finally {
    await client.end();
  }
}
