// The plans of the statements that run within a statement, as auto_explain sees them.
import type pg from 'pg';
import type { TestDatabase } from '../support/db.ts';

/** The plans of every statement that runs within the given one. */
export async function plansOf(client: pg.Client, statement: string, values: unknown[] = []): Promise<string> {
  let plans = '';
  const listen = (notice: { message?: string | undefined }) => {
    plans += `${notice.message}\n`;
  };
  client.on('notice', listen);
  await client.query(statement, values).finally(() => client.off('notice', listen));
  return plans;
}

/** A session that shows plans; plans that a function keeps were made in it and not before. */
export async function explaining(db: TestDatabase): Promise<pg.Client> {
  const client = await db.client();
  await client.query(`load 'auto_explain'`);
  await client.query(
    `set auto_explain.log_min_duration = 0; set auto_explain.log_nested_statements = on; set auto_explain.log_level = 'notice'`,
  );
  return client;
}

/** What reads more of _tasks than it looks for; a walk over an index has no condition. */
export const turned = (plans: string): string[] =>
  [
    ...plans.matchAll(
      /^.*(?:(?:Seq|Bitmap Heap) Scan on _tasks|Sort Key: [to]\.|Index (?:Only )?Scan (?:Backward )?using \w+ on _tasks\b.*\n(?!\s+Index Cond:)).*$/gm,
    ),
  ].map(([line]) => line.trim());
