// Logins of a test file's own: roles that may connect, and nothing but what they are granted.

import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { queryAt } from './bare-database.ts';

const made: string[] = [];

/** The connection string of a new login that is a member of these roles. */
export async function newLogin(url: string, roles: readonly string[], attributes = ''): Promise<string> {
  const name = `login_${process.pid}_${randomBytes(4).toString('hex')}`;
  made.push(name);
  await queryAt(url, `create role ${name} login password 'x' ${attributes}`);
  for (const role of roles) await queryAt(url, `grant ${role} to ${name}`);
  const login = new URL(url);
  login.username = name;
  login.password = 'x';
  return login.href;
}

/** A connection of such a login. End it yourself. */
export async function clientOfLogin(url: string, roles: readonly string[], attributes = ''): Promise<pg.Client> {
  const client = new pg.Client(await newLogin(url, roles, attributes));
  client.on('error', () => {}); // a test that ends connections looks for itself
  await client.connect();
  return client;
}

/** Removes them all, with what they were granted in this database. */
export async function dropLogins(url: string): Promise<void> {
  for (const name of made.splice(0)) await queryAt(url, `drop owned by ${name}; drop role ${name}`);
}
