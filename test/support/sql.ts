// Helpers of SQL tests: one value, one row, the error of a statement.
import type pg from 'pg';

/** Anything that queries: a pool or a client. */
export type Database = Pick<pg.Pool, 'query'>;

/** Returns the rows of a query. */
export async function rows<Row = Record<string, unknown>>(
  database: Database,
  text: string,
  values: unknown[] = [],
): Promise<Row[]> {
  return (await database.query(text, values)).rows as Row[];
}

/** Returns the first row of a query. */
export async function row<Row = Record<string, unknown>>(
  database: Database,
  text: string,
  values: unknown[] = [],
): Promise<Row> {
  const [first] = await rows<Row>(database, text, values);
  if (first === undefined) throw new Error(`no row: ${text}`);
  return first;
}

/** Returns the first column of the first row. */
export async function value<Value = unknown>(database: Database, text: string, values: unknown[] = []): Promise<Value> {
  return Object.values(await row(database, text, values))[0] as Value;
}

/** Returns the error of a statement; fails if it succeeds. */
export async function refusal(statement: Promise<unknown>): Promise<pg.DatabaseError> {
  try {
    await statement;
  } catch (error) {
    return error as pg.DatabaseError;
  }
  throw new Error('the statement was not refused');
}

/** Returns the SQLSTATE of a failing statement. */
export async function refusalCode(statement: Promise<unknown>): Promise<string | undefined> {
  return (await refusal(statement)).code;
}
