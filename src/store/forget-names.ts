// Development alone: whether deleted and purged tasks leave their names behind.

import { DirectClient } from '../postgres/direct-client.ts';

/**
 * Switches it for a database. Switched on, names of tasks that have ended before are forgotten as well.
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
