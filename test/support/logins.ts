// Logins of a test file: roles that can connect and have no rights beyond those granted.

import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { queryAt } from './bare-database.ts';

const made: string[] = [];

/** Creates a login that is a member of these roles; returns its connection string. */
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

/** Opens a connection of such a login. The caller must end it. */
export async function clientOfLogin(url: string, roles: readonly string[], attributes = ''): Promise<pg.Client> {
  const client = new pg.Client(await newLogin(url, roles, attributes));
  client.on('error', () => {}); // a test that ends connections checks the errors itself
  await client.connect();
  return client;
}

/** Drops all logins, with their grants in this database. */
export async function dropLogins(url: string): Promise<void> {
  for (const name of made.splice(0)) await queryAt(url, `drop owned by ${name}; drop role ${name}`);
}
