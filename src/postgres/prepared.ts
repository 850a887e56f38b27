// Prepared statements, which PostgreSQL plans once per connection.

import { createHash } from 'node:crypto';
import { serverErrorIn } from './server-error.ts';

/** A statement for pg; if it has a name, each connection prepares it at the first use. */
export interface Statement {
  name?: string;
  text: string;
  values: unknown[];
}

/** Maximum number of texts that get a name; there are a few dozen different calls. */
const MOST_NAMES = 500;

/** How the names of prepared statements begin. */
export const STATEMENT_PREFIX = 'taskqueue_';

const names = new Map<string, string>();

/** Names a statement. The name is derived from its text, so it is the same in every copy of this module. */
export function prepared(text: string, values: unknown[]): Statement {
  let name = names.get(text);
  if (name === undefined && names.size < MOST_NAMES) {
    name = `${STATEMENT_PREFIX}${createHash('sha256').update(text).digest('hex').slice(0, 24)}`;
    names.set(text, name);
  }
  return name === undefined ? { text, values } : { name, text, values };
}

/** Whether a statement is missing where it was prepared, or another client prepared it there. Then nothing has run. */
export function isLostStatement(error: unknown): boolean {
  const { code, message } = serverErrorIn(error) ?? {};
  return (code === '26000' || code === '42P05') && (message?.includes(STATEMENT_PREFIX) ?? false);
}

/** The part of a pg client or pool that is used. */
interface Client {
  query(statement: Statement): Promise<{ rows: unknown[] }>;
}

/** Returns an executor whose statements are planned once per connection. */
export function preparing(client: Client): { query(text: string, values: unknown[]): Promise<{ rows: unknown[] }> } {
  return { query: (text, values) => client.query(prepared(text, values)) };
}
