// The check for old snapshots: they keep vacuum from removing finished tasks. Claims stay fast, but the disk fills.

import type { Finding } from '../../domain/finding.ts';
import type { Executor } from '../../postgres/executor.ts';
import { endSessionSql } from './end-session.ts';
import { type HorizonHolder, holderInWords, horizonHolders } from './horizon.ts';

/** From when on a snapshot is old. */
export const OLD_SNAPSHOT_SECONDS = 300;

const CHECK = 'old snapshots';

export async function oldSnapshots(executor: Executor, oldSeconds = OLD_SNAPSHOT_SECONDS): Promise<Finding> {
  const holders = (await horizonHolders(executor)).filter((holder) => isOld(holder, oldSeconds));
  const worst = holders.sort((a, b) => (b.seconds ?? 0) - (a.seconds ?? 0))[0];
  if (worst === undefined)
    return { check: CHECK, level: 'ok', detail: 'nothing has held vacuum back for more than five minutes' };
  return { check: CHECK, level: 'warn', detail: held(worst), ...remedyOf(worst) };
}

/** A slot that nobody reads holds vacuum back until it is dropped. */
function isOld({ kind, state, seconds }: HorizonHolder, oldSeconds: number): boolean {
  return kind === 'slot' ? state === 'inactive' : (seconds ?? 0) > oldSeconds;
}

function held(holder: HorizonHolder): string {
  if (holder.kind === 'slot') return `replication slot ${holder.name} is unused and holds vacuum back`;
  const minutes = Math.round((holder.seconds ?? 0) / 60);
  return `${holderInWords(holder)} has held a snapshot for ${minutes} minutes, which keeps finished tasks on disk`;
}

function remedyOf({ kind, name, pid }: HorizonHolder): { remedy: string; sql?: string } {
  const quoted = `'${name.replaceAll("'", "''")}'`;
  switch (kind) {
    case 'slot':
      return {
        remedy: 'Drop it, unless its reader comes back: the reader then has to begin again.',
        sql: `select pg_catalog.pg_drop_replication_slot(${quoted});`,
      };
    case 'prepared':
      return {
        remedy: 'Commit it or roll it back, as its transaction manager says.',
        sql: `rollback prepared ${quoted};`,
      };
    case 'standby':
      return { remedy: 'End the long query on that standby, or turn its hot_standby_feedback off.' };
    case 'session':
      return {
        remedy: 'End it, or set idle_in_transaction_session_timeout.',
        sql: endSessionSql(pid),
      };
  }
}
