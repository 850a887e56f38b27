// Statements that PostgreSQL plans once a connection: by their names.

import { createHash } from 'node:crypto';

/** A statement as pg takes it; with a name it is prepared when a connection first sees it. */
export interface Statement {
  name?: string;
  text: string;
  values: unknown[];
}

/** How many texts get a name: our own calls are some dozens. */
const MOST_NAMES = 500;

const names = new Map<string, string>();

/** The statement under its name, which follows from the text: the same in every copy of this module. */
export function prepared(text: string, values: unknown[]): Statement {
  let name = names.get(text);
  if (name === undefined && names.size < MOST_NAMES) {
    name = `taskqueue_${createHash('sha256').update(text).digest('hex').slice(0, 24)}`;
    names.set(text, name);
  }
  return name === undefined ? { text, values } : { name, text, values };
}

/** The part of a pg client or pool that takes such statements. */
interface Client {
  query(statement: Statement): Promise<{ rows: unknown[] }>;
}

/** An executor whose statements are planned once a connection. */
export function preparing(client: Client): { query(text: string, values: unknown[]): Promise<{ rows: unknown[] }> } {
  return { query: (text, values) => client.query(prepared(text, values)) };
}
