// The doctor's check that somebody adds the tasks of cron entries.

import type { Finding } from '../../domain/finding.ts';
import type { Executor } from '../../postgres/executor.ts';
import { ifReadable } from './readable.ts';

const SCHEDULERS = `select (select pg_catalog.count(*) from taskqueue.crons)::integer as crons,
  (select pg_catalog.count(*) from pg_catalog.pg_stat_activity as a
   where a.application_name operator(pg_catalog.=) 'pgtaskqueue scheduler'
     and a.datname operator(pg_catalog.=) pg_catalog.current_database())::integer as sessions`;

export function scheduler(executor: Executor): Promise<Finding> {
  const check = 'scheduler';
  return ifReadable(executor, 'crons', check, async () => {
    const { rows } = await executor.query(SCHEDULERS, []);
    const { crons, sessions } = rows[0] as { crons: number; sessions: number };
    if (crons === 0) return { check, level: 'ok', detail: 'there is no cron entry' };
    if (sessions > 0) return { check, level: 'ok', detail: 'one is connected' };
    return {
      check,
      level: 'fail',
      detail: `no scheduler is connected: the ${crons === 1 ? 'cron entry does' : `${crons} cron entries do`} not run`,
      remedy: 'Start one: pgtaskqueue serve',
    };
  });
}
