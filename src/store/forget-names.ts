// Switches tombstones of deleted and purged tasks off or on. For development only.

import { run, statement } from '../schema/call.ts';
import { asOwner } from './as-owner.ts';

/**
 * Switches a database. With `forget`, the names of tasks that have already ended are forgotten too.
 *
 * @param connectionString of the schema's owner or a superuser
 */
export async function forgetNames(connectionString: string, forget: boolean): Promise<void> {
  await asOwner(connectionString, (owner) => run(owner, statement('select taskqueue._forget_names($1)', [forget])));
}
