// One check of the cron entries: entries that are due are fired, and new ones are planned. Any number of servers may
// check at the same time: the database lets one of them fire.

import type { DueCron, Fired } from '../domain/cron/cron.ts';
import { nextRun } from '../domain/cron/next-run.ts';
import { parseSchedule } from '../domain/cron/parse-schedule.ts';
import type { Schedule } from '../domain/cron/schedule.ts';
import { isTimeZone } from '../domain/cron/time-zone.ts';
import type { Executor } from '../postgres/executor.ts';
import type { Logger } from '../runtime/logger.ts';
import { dueCrons, fireCron, planCron } from '../store/crons.ts';

/** Checks are a minute apart; one that comes slightly early still finds the run. The database checks the time. */
const AHEAD_MS = 5_000;

/** The number of runs by outcome. */
export type TickCounts = Partial<Record<Fired, number>>;

/**
 * Checks the cron entries once. An entry that fails is logged and does not hold up the others.
 *
 * @throws the database's error if it cannot return the entries
 */
export async function tick(database: Executor, logger: Logger): Promise<TickCounts> {
  const counts: TickCounts = {};
  for (const cron of await dueCrons(database)) {
    try {
      const fired = await checkEntry(database, cron);
      if (fired) counts[fired] = (counts[fired] ?? 0) + 1;
      if (fired === 'failed' || fired === 'missed') logger.warn(`did not add a cron run: ${fired}`, { cron: cron.id });
    } catch (error) {
      logger.warn('could not run a cron entry', { cron: cron.id, error });
    }
  }
  return counts;
}

async function checkEntry(database: Executor, cron: DueCron): Promise<Fired | undefined> {
  const schedule = readSchedule(cron);
  if ('problem' in schedule) return void (await planCron(database, cron.id, schedule));
  const moment = cron.nextRun ?? planned(schedule, cron);
  if (!moment) return undefined;
  if (!cron.nextRun) await planCron(database, cron.id, moment);
  if (moment.getTime() > cron.now.getTime() + AHEAD_MS) return undefined;
  const following = schedule.kind === 'pause' ? null : nextRun(schedule, latest(moment, cron.now), cron.timezone);
  return fireCron(database, cron.id, { moment, following, overlap: schedule.kind !== 'range' });
}

/** Undefined: the pause starts when the run under way ends. */
function planned(schedule: Schedule, { since, timezone, active }: DueCron): Date | undefined {
  return schedule.kind === 'pause' && active ? undefined : nextRun(schedule, since, timezone);
}

/** The schedule of an entry that has a next run, or the reason why it has none. */
function readSchedule({ schedule: text, timezone, now }: DueCron): Schedule | { problem: string } {
  if (!isTimeZone(timezone)) return { problem: `its time zone ${timezone} is unknown to the server` };
  try {
    const schedule = parseSchedule(text);
    nextRun(schedule, now, timezone);
    return schedule;
  } catch (error) {
    return { problem: error instanceof RangeError ? error.message : 'its schedule cannot be read' };
  }
}

const latest = (one: Date, other: Date) => (one > other ? one : other);
