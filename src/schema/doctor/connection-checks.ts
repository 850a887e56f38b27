// The doctor's checks of a connection: notifications and clocks.

import type pg from 'pg';
import type { Finding } from '../../domain/finding.ts';

/** A notification that takes longer than this counts as lost. */
const WAKE_MS = 2_000;
/** If clocks differ by more than this, ETAs computed by applications are noticeably late or early. */
const SKEW_MS = 1_000;

/** Checks whether a notification arrives: a pooler in transaction mode loses it. */
export async function checkWakeUps(database: pg.Client): Promise<Finding> {
  const channel = `taskqueue_doctor_${process.pid}`;
  const heard = new Promise<number | undefined>((resolve) => {
    const began = performance.now();
    database.once('notification', () => resolve(performance.now() - began));
    setTimeout(() => resolve(undefined), WAKE_MS).unref();
  });
  await database.query(`listen ${channel}`);
  await database.query('select pg_catalog.pg_notify($1, $2)', [channel, '']);
  // A pooler passes on notifications with the next result.
  const poll = setInterval(() => void database.query('select').catch(() => {}), 100);
  const ms = await heard;
  clearInterval(poll);
  await database.query(`unlisten ${channel}`);
  return ms === undefined
    ? {
        check: 'wake-ups',
        level: 'warn',
        detail: 'LISTEN does not work on this connection: dispatchers would find tasks only by polling',
        remedy: 'Connect dispatchers directly, or through a pooler in session mode.',
      }
    : { check: 'wake-ups', level: 'ok', detail: 'notifications arrive' };
}

/** Checks whether this machine's clock and the database's agree. */
export async function checkClocks(database: pg.Client): Promise<Finding> {
  const before = Date.now();
  const { rows } = await database.query(
    'select extract(epoch from pg_catalog.clock_timestamp()) operator(pg_catalog.*) 1000 as ms',
  );
  const skew = Number(rows[0].ms) - (before + Date.now()) / 2;
  const far = Math.abs(skew) > SKEW_MS;
  return {
    check: 'clocks',
    level: far ? 'warn' : 'ok',
    detail: `the database's is ${(Math.abs(skew) / 1000).toFixed(1)} s ${skew < 0 ? 'behind' : 'ahead of'} this machine's`,
    ...(far ? { remedy: 'Synchronise the clocks (NTP), or use countdowns instead of ETAs.' } : {}),
  };
}
