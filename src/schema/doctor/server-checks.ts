// Whether a connection leads to where a queue can work: to a server that can write, and to a server process of its own.

import type { Finding } from '../../domain/finding.ts';
import { requireOwnBackend, SharedBackend } from '../../postgres/own-backend.ts';
import type { PrimaryClient } from '../../postgres/primary-client.ts';
import { whyItCannotWrite } from '../../postgres/writing.ts';

/** Both checks. Where one fails the others can't be made. */
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
        detail: `it can't write: ${reason}`,
        remedy: 'Connect to the primary, or name all hosts: postgresql://a,b/database finds it among them.',
      };
}

async function backend(database: PrimaryClient): Promise<Finding> {
  try {
    await requireOwnBackend(database);
    return {
      check: 'connection',
      level: 'ok',
      detail: 'it keeps its server process, and with it locks and notifications',
    };
  } catch (error) {
    if (!(error instanceof SharedBackend)) throw error;
    return {
      check: 'connection',
      level: 'fail',
      detail:
        'a pooler gives its server process to others between transactions: dispatchers do not run through it, and lease calls that wait check every second',
      remedy: 'Connect serve and doctor directly, or through a pooler in session mode. Adds may go through it.',
    };
  }
}
