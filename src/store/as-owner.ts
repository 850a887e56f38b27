// Statements that only the schema's owner or a superuser may run, on a connection of their own. For development only.

import { DirectClient } from '../postgres/direct-client.ts';
import { type Executor, executorOf } from '../postgres/executor.ts';

/** @param connectionString of the schema's owner or a superuser */
export async function asOwner<Result>(
  connectionString: string,
  work: (executor: Executor) => Promise<Result>,
): Promise<Result> {
  const client = new DirectClient({ application_name: 'pgtaskqueue dev', connectionString });
  try {
    await client.connect();
    return await work(executorOf(client));
  } finally {
    await client.end();
  }
}
