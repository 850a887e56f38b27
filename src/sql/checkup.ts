// What the database can say of how well it suits a task queue. Asked with the rights of whoever asks: PostgreSQL shows the sessions of others to
// superusers and members of pg_read_all_stats only.

import type { Finding } from '../domain/finding.ts';
import type { Executor } from './executor.ts';
import { identity } from './identity.ts';
import { strangers } from './stranger-check.ts';

/** All checks that are questions to the database, one after the other. */
export async function checkDatabase(executor: Executor): Promise<Finding[]> {
  const findings: Finding[] = [];
  const checks = [version, identity, durability, vacuum, snapshots, notifications, dispatchers, strangers, backlog];
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
    `select current_setting('server_version_num')::int as number, current_setting('server_version') as text`,
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

async function durability(executor: Executor): Promise<Finding> {
  const { off } = await one<{ off: string[] }>(
    executor,
    `select coalesce(array_agg(name order by name), '{}') as off from pg_settings
     where name in ('fsync', 'full_page_writes', 'synchronous_commit') and setting = 'off'`,
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
    `select coalesce(array_agg(name order by name), '{}') as off from pg_settings where name in ('autovacuum', 'track_counts') and setting = 'off'`,
  );
  return off.length === 0
    ? { check: 'vacuum', level: 'ok', detail: 'autovacuum runs' }
    : {
        check: 'vacuum',
        level: 'warn',
        detail: `${off.join(', ')} off: tables only grow`,
        remedy: 'Turn it on in postgresql.conf.',
      };
}

/** Whoever holds an old snapshot keeps vacuum from removing finished tasks. Claims stay as fast; the disk fills. */
async function snapshots(executor: Executor): Promise<Finding> {
  const holder = await one<{ who: string; seconds: number } | undefined>(
    executor,
    `select who, extract(epoch from clock_timestamp() - since)::double precision as seconds from (
       select format('session %s (%s, %s)', pid, coalesce(nullif(application_name, ''), 'no name'), state) as who, xact_start as since
       from pg_stat_activity where backend_xmin is not null and pid <> pg_backend_pid() and backend_type = 'client backend' and datname = current_database()
       union all select format('prepared transaction %s', gid), prepared from pg_prepared_xacts where database = current_database()
     ) as h where since < clock_timestamp() - interval '5 minutes' order by since limit 1`,
  );
  const slot = await one<{ slot_name: string } | undefined>(
    executor,
    `select slot_name from pg_replication_slots where not active and (xmin is not null or catalog_xmin is not null) order by slot_name limit 1`,
  );
  if (!holder && !slot)
    return { check: 'old snapshots', level: 'ok', detail: 'nobody holds vacuum back for more than five minutes' };
  return {
    check: 'old snapshots',
    level: 'warn',
    detail: holder
      ? `${holder.who} has held a snapshot for ${Math.round(holder.seconds / 60)} minutes: finished tasks stay on disk meanwhile`
      : `replication slot ${slot?.slot_name} is not in use and holds vacuum back`,
    remedy: holder
      ? 'End it, or set idle_in_transaction_session_timeout.'
      : 'Drop it: select pg_drop_replication_slot(…).',
  };
}

async function notifications(executor: Executor): Promise<Finding> {
  const { usage } = await one<{ usage: number }>(executor, 'select pg_notification_queue_usage() as usage');
  return usage < 0.25
    ? { check: 'notification queue', level: 'ok', detail: `${Math.round(usage * 100)} % full` }
    : {
        check: 'notification queue',
        level: 'warn',
        detail: `${Math.round(usage * 100)} % full: dispatchers are woken by their poll only`,
        remedy: 'A session that said LISTEN sits in a long transaction: end it.',
      };
}

async function dispatchers(executor: Executor): Promise<Finding> {
  const { connected, unled } = await one<{ connected: number; unled: string[] }>(
    executor,
    `select (select count(*) from taskqueue.dispatchers)::int as connected,
            array(select q.name from taskqueue.queues as q where q.mode = 'push' and q.state = 'running'
                  and not exists (select from taskqueue.dispatchers as d where q.name = any (d.queues)) order by q.name) as unled`,
  );
  if (connected === 0) {
    return {
      check: 'dispatchers',
      level: 'fail',
      detail: 'none is connected: no push task runs',
      remedy: 'Start one: pgtaskqueue serve',
    };
  }
  return unled.length === 0
    ? { check: 'dispatchers', level: 'ok', detail: `${connected} connected, and every push queue is led` }
    : {
        check: 'dispatchers',
        level: 'warn',
        detail: `nobody leads ${unled.join(', ')}`,
        remedy: 'It is taken over within seconds, unless another session holds its lock; look again.',
      };
}

async function backlog(executor: Executor): Promise<Finding> {
  const late = await one<{ name: string; seconds: number } | undefined>(
    executor,
    `select name, extract(epoch from clock_timestamp() - oldest_eta)::double precision as seconds from taskqueue.queues
     where state = 'running' and oldest_eta < clock_timestamp() - interval '10 minutes' order by oldest_eta limit 1`,
  );
  return late === undefined
    ? { check: 'backlog', level: 'ok', detail: 'no running queue is more than ten minutes behind' }
    : {
        check: 'backlog',
        level: 'warn',
        detail: `queue ${late.name} is ${Math.round(late.seconds / 60)} minutes behind`,
        remedy: `Ask one of its tasks why: pgtaskqueue tasks explain NAME --queue ${late.name}`,
      };
}
