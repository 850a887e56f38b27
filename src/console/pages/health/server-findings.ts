// Findings about the server as such: connections, standbys, and the age of transaction numbers.

import type { Finding } from '../../../domain/finding.ts';
import type { ServerState, Standby } from '../../../store/server-state.ts';
import { byteCount, count, shortCount, shownDuration } from '../../parts/figures.ts';

/** From this share of max_connections on, an application's burst may find none free. */
const CROWDED = 0.85;
/** A standby that is further behind loses this much when the server fails over to it. */
const BEHIND_SECONDS = 60;
/** PostgreSQL stops at two billion. */
const OLD_XID = 1_000_000_000;

export function serverFindings(checks: { server: ServerState; standbys: readonly Standby[] }): Finding[] {
  return [connections(checks.server), replication(checks.standbys), wrapAround(checks.server)];
}

function connections({ connections: { all, most, ours } }: ServerState): Finding {
  const check = 'connections';
  const detail = `${count(all)} of ${count(most)}, ours ${count(ours)}`;
  if (all < most * CROWDED) return { check, level: 'ok', detail };
  return {
    check,
    level: 'warn',
    detail: `${detail}: new sessions may soon be refused`,
    remedy: 'Put a pooler before your applications, or raise max_connections and restart PostgreSQL.',
  };
}

function replication(standbys: readonly Standby[]): Finding {
  const check = 'replication';
  if (standbys.length === 0) return { check, level: 'ok', detail: 'no standby is connected' };
  const detail = standbys.map(behind).join(', ');
  const late = standbys.find(({ lagSeconds }) => (lagSeconds ?? 0) > BEHIND_SECONDS);
  if (!late) return { check, level: 'ok', detail };
  return {
    check,
    level: 'warn',
    detail,
    remedy: `Find out what slows ${late.name} down: a failover to it now would lose what it has not replayed.`,
  };
}

function behind({ name, lagSeconds, lagBytes }: Standby): string {
  const parts = [
    lagSeconds === null ? undefined : shownDuration(lagSeconds),
    lagBytes === null ? undefined : byteCount(Math.max(0, Math.round(lagBytes))),
  ];
  const figures = parts.filter((part) => part !== undefined).join(', ');
  return figures ? `${name} ${figures} behind` : `${name} connected`;
}

function wrapAround({ oldestXid, freezeMaxAge }: ServerState): Finding {
  const check = 'wrap-around';
  const detail = `${shortCount(oldestXid)} of 2,000M transactions; freezing begins at ${shortCount(freezeMaxAge)}`;
  if (oldestXid < OLD_XID) return { check, level: 'ok', detail };
  return {
    check,
    level: 'fail',
    detail: `${detail}: freezing does not keep up`,
    remedy: 'End what holds the horizon back, then vacuum the database.',
    sql: 'vacuum (freeze, verbose);',
  };
}
