// What a connection shows of how well it suits a dispatcher.

import type pg from 'pg';
import type { Finding } from '../../domain/finding.ts';

/** A notification that takes longer than this is lost. */
const WAKE_MS = 2_000;
/** Clocks further apart than this make ETAs that applications compute come late or early. */
const SKEW_MS = 1_000;

/** Whether a notification comes through: a pooler that shares connections between transactions loses it. */
export async function checkWakeUps(database: pg.Client): Promise<Finding> {
  const channel = `taskqueue_doctor_${process.pid}`;
  const heard = new Promise<number | undefined>((resolve) => {
    const began = performance.now();
    database.once('notification', () => resolve(performance.now() - began));
    setTimeout(() => resolve(undefined), WAKE_MS).unref();
  });
  await database.query(`listen ${channel}`);
  await database.query('select pg_catalog.pg_notify($1, $2)', [channel, '']);
  const poll = setInterval(() => void database.query('select').catch(() => {}), 100); // a pooler hands on what it has with the next answer
  const ms = await heard;
  clearInterval(poll);
  await database.query(`unlisten ${channel}`);
  return ms === undefined
    ? {
        check: 'wake-ups',
        level: 'warn',
        detail: 'LISTEN does not work over this connection: dispatchers would find tasks by their poll only',
        remedy: 'Connect dispatchers directly, or through a pooler in session mode.',
      }
    : { check: 'wake-ups', level: 'ok', detail: 'a notification comes through' };
}

/** Whether this machine's clock and the database's agree. */
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
    ...(far ? { remedy: 'Synchronise them (NTP), or give countdowns instead of ETAs.' } : {}),
  };
}
