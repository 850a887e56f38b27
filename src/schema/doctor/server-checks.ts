// The doctor's checks of the server: whether it can write, and whether the connection has a server process of its own.

import type { Finding } from '../../domain/finding.ts';
import { requireOwnBackend, SharedBackend } from '../../postgres/own-backend.ts';
import type { PrimaryClient } from '../../postgres/primary-client.ts';
import { whyItCannotWrite } from '../../postgres/writing.ts';

/** Runs both checks. If one fails, the checks of the database cannot be made. */
export async function checkServer(database: PrimaryClient): Promise<Finding[]> {
  return [await writing(database), await backend(database)];
}

async function writing(database: PrimaryClient): Promise<Finding> {
  const reason = await whyItCannotWrite(database);
  return reason === undefined
    ? { check: 'server', level: 'ok', detail: 'it can write' }
    : {
        check: 'server',
        level: 'fail',
        detail: `it cannot write: ${reason}`,
        remedy: 'Connect to the primary, or name all hosts: postgresql://a,b/database finds the primary among them.',
      };
}

async function backend(database: PrimaryClient): Promise<Finding> {
  try {
    await requireOwnBackend(database);
    return {
      check: 'connection',
      level: 'ok',
      detail: 'it has a server process of its own, so locks and notifications work',
    };
  } catch (error) {
    if (!(error instanceof SharedBackend)) throw error;
    return {
      check: 'connection',
      level: 'fail',
      detail:
        'a pooler shares its server process between transactions: dispatchers cannot use it, and waiting lease calls poll every second',
      remedy: 'Connect serve and doctor past it, with PGTASKQUEUE_DIRECT_URL. Applications may keep using this pooler.',
    };
  }
}
