// The doctor's checks of the database. They run with the caller's rights: PostgreSQL shows other roles' sessions only
// to superusers and members of pg_read_all_stats.

import type { Finding } from '../../domain/finding.ts';
import type { Executor } from '../../postgres/executor.ts';
import { distributedTables } from './citus-check.ts';
import { unfinishedExports } from './export-check.ts';
import { deaths, failingQueues, tasksWithoutTarget } from './failure-checks.ts';
import { oldSnapshots } from './horizon-check.ts';
import { identity } from './identity-check.ts';
import { lockHolders } from './lock-holder-check.ts';
import { lockTable } from './lock-table-check.ts';
import { overdueTasks } from './overdue-check.ts';
import { pausedBacklogs } from './pause-check.ts';
import { scheduler } from './scheduler-check.ts';

/** Runs all checks that query the database, one after another. */
export async function checkDatabase(executor: Executor): Promise<Finding[]> {
  const findings: Finding[] = [];
  const checks = [
    version,
    identity,
    durability,
    vacuum,
    (each: Executor) => oldSnapshots(each),
    notifications,
    dispatchers,
    lockTable,
    lockHolders,
    distributedTables,
    scheduler,
    tasksWithoutTarget,
    failingQueues,
    deaths,
    pausedBacklogs,
    unfinishedExports,
    backlog,
    overdueTasks,
  ];
  for (const check of checks) {
    findings.push(await check(executor));
  }
  return findings;
}

async function one<Row>(executor: Executor, sql: string): Promise<Row> {
  const { rows } = await executor.query(sql, []);
  return rows[0] as Row;
}

async function version(executor: Executor): Promise<Finding> {
  const { number, text } = await one<{ number: number; text: string }>(
    executor,
    `select pg_catalog.current_setting('server_version_num')::integer as number,
     pg_catalog.current_setting('server_version') as text`,
  );
  const major = Math.floor(number / 10_000);
  const known = major >= 15 && major <= 18;
  return {
    check: 'PostgreSQL',
    level: major < 15 ? 'fail' : known ? 'ok' : 'warn',
    detail: `version ${text}`,
    ...(known ? {} : { remedy: 'Versions 15 to 18 are supported.' }),
  };
}

const SWITCHED_OFF = `coalesce(pg_catalog.array_agg(s.name order by s.name), '{}') as off
  from pg_catalog.pg_settings as s where s.setting operator(pg_catalog.=) 'off'`;

async function durability(executor: Executor): Promise<Finding> {
  const { off } = await one<{ off: string[] }>(
    executor,
    `select ${SWITCHED_OFF} and s.name operator(pg_catalog.=) any
     (array['fsync', 'full_page_writes', 'synchronous_commit'])`,
  );
  return off.length === 0
    ? { check: 'durability', level: 'ok', detail: 'what is committed survives a crash' }
    : {
        check: 'durability',
        level: 'warn',
        detail: `${off.join(', ')} ${off.length === 1 ? 'is' : 'are'} off: a crash can lose tasks that were committed`,
        remedy: 'Turn it on in postgresql.conf, unless this is for development only.',
      };
}

async function vacuum(executor: Executor): Promise<Finding> {
  const { off } = await one<{ off: string[] }>(
    executor,
    `select ${SWITCHED_OFF} and s.name operator(pg_catalog.=) any (array['autovacuum', 'track_counts'])`,
  );
  return off.length === 0
    ? { check: 'vacuum', level: 'ok', detail: 'autovacuum runs' }
    : {
        check: 'vacuum',
        level: 'warn',
        detail: `${off.join(', ')} off: tables only grow, as finished tasks are never removed`,
        remedy: 'Turn it on in postgresql.conf.',
      };
}

async function notifications(executor: Executor): Promise<Finding> {
  const { usage } = await one<{ usage: string }>(
    executor,
    'select pg_catalog.pg_notification_queue_usage()::numeric as usage',
  );
  return Number(usage) < 0.25
    ? { check: 'notification queue', level: 'ok', detail: `${Math.round(Number(usage) * 100)} % full` }
    : {
        check: 'notification queue',
        level: 'warn',
        detail: `${Math.round(Number(usage) * 100)} % full: notifications may be lost, so that dispatchers find tasks only by polling`,
        remedy: 'End the session that listens and is in a long transaction.',
      };
}

async function dispatchers(executor: Executor): Promise<Finding> {
  const { connected, unled } = await one<{ connected: number; unled: string[] }>(
    executor,
    `select (select pg_catalog.count(*) from taskqueue.dispatchers)::integer as connected,
            array(select q.name from taskqueue.queues as q
                  where q.mode operator(pg_catalog.=) 'push' and q.state operator(pg_catalog.=) 'running'
                    and not exists (select from taskqueue.dispatchers as d
                      where q.name operator(pg_catalog.=) any (d.queues))
                  order by q.name) as unled`,
  );
  if (connected === 0) {
    return {
      check: 'dispatchers',
      level: 'fail',
      detail: 'no dispatcher is connected: push tasks do not run',
      remedy: 'Start one: pgtaskqueue serve',
    };
  }
  return unled.length === 0
    ? { check: 'dispatchers', level: 'ok', detail: `${connected} connected, and every push queue is led` }
    : {
        check: 'dispatchers',
        level: 'warn',
        detail: `no dispatcher leads ${unled.join(', ')}`,
        queues: unled,
        remedy: 'A dispatcher takes over within seconds unless another session holds the lock: run doctor again.',
      };
}

async function backlog(executor: Executor): Promise<Finding> {
  const late = await one<{ name: string; seconds: string } | undefined>(
    executor,
    `select q.name, extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-) q.oldest_eta) as seconds
     from taskqueue.queues as q
     where q.state operator(pg_catalog.=) 'running'
       and q.oldest_eta operator(pg_catalog.<) (pg_catalog.clock_timestamp() operator(pg_catalog.-)
         interval '10 minutes')
     order by q.oldest_eta limit 1`,
  );
  return late === undefined
    ? { check: 'backlog', level: 'ok', detail: 'no running queue is more than ten minutes behind' }
    : {
        check: 'backlog',
        level: 'warn',
        queues: [late.name],
        detail: `queue ${late.name} is ${Math.round(Number(late.seconds) / 60)} minutes behind`,
        remedy: `Ask one of its tasks why: pgtaskqueue tasks explain ${late.name} NAME`,
      };
}
