// Switches tombstones of deleted and purged tasks off or on. For development only.

import { DirectClient } from '../postgres/direct-client.ts';

/**
 * Switches a database. With `forget`, the names of tasks that have already ended are forgotten too.
 *
 * @param connectionString of the schema's owner or a superuser
 */
export async function forgetNames(connectionString: string, forget: boolean): Promise<void> {
  const client = new DirectClient({ application_name: 'pgtaskqueue dev', connectionString });
  try {
    await client.connect();
    await client.query('select taskqueue._forget_names($1)', [forget]);
  } finally {
    await client.end();
  }
}
