// The queues that `dev` creates at its start: a name alone is visible under every project and location.

import type { CloudParent } from '../../domain/cloud-task.ts';
import { QueueExistsError } from '../../domain/errors.ts';
import { ConfigError } from '../../server/config-error.ts';
import { asOwner } from '../../store/as-owner.ts';
import { createCloudQueue } from '../../store/cloud-queues.ts';

const NAMED = /^(?:projects\/([^/]+)\/locations\/([^/]+)\/queues\/)?([A-Za-z0-9-]{1,100})$/;

interface GivenQueue {
  name: string;
  parent: CloudParent | undefined;
}

/**
 * @param given names, or `projects/…/locations/…/queues/…`
 * @throws ConfigError
 */
export function parseQueues(given: readonly string[]): GivenQueue[] {
  return given.map((text) => {
    const [, project, location, name] = NAMED.exec(text) ?? [];
    if (name === undefined)
      throw new ConfigError(
        `queues must be names such as mail, or projects/PROJECT/locations/LOCATION/queues/mail, got ${text || 'none'}`,
      );
    return { name, parent: project === undefined || location === undefined ? undefined : { project, location } };
  });
}

/** Creates those that do not exist, with the defaults of Cloud Tasks. */
export async function createQueues(databaseUrl: string, queues: readonly GivenQueue[]): Promise<void> {
  if (queues.length === 0) return;
  await asOwner(databaseUrl, async (owner) => {
    for (const { name, parent } of queues) {
      await createCloudQueue(owner, parent, name, {}).catch((error) => {
        if (!(error instanceof QueueExistsError)) throw error;
      });
    }
  });
}
