// One look at the cron entries: what is due is fired, what is not planned is planned. Any number may look at once: the database lets one fire.

import type { DueCron, Fired } from '../domain/cron/cron.ts';
import { nextRun } from '../domain/cron/next-run.ts';
import { parseSchedule } from '../domain/cron/parse-schedule.ts';
import type { Schedule } from '../domain/cron/schedule.ts';
import { isTimeZone } from '../domain/cron/time-zone.ts';
import type { Executor } from '../postgres/executor.ts';
import type { Logger } from '../runtime/logger.ts';
import { dueCrons, fireCron, planCron } from '../store/crons.ts';

/** A look is a minute apart from the next; who looks a moment too early finds the moment all the same. The database checks it. */
const AHEAD_MS = 5_000;

/** How many moments came to what. */
export type TickCounts = Partial<Record<Fired, number>>;

/**
 * One look. An entry that goes wrong is logged, and keeps none of the others from running.
 *
 * @throws what the database answers when it can't be asked for the entries
 */
export async function tick(database: Executor, logger: Logger): Promise<TickCounts> {
  const counts: TickCounts = {};
  for (const cron of await dueCrons(database)) {
    try {
      const fired = await attend(database, cron);
      if (fired) counts[fired] = (counts[fired] ?? 0) + 1;
      if (fired === 'failed' || fired === 'missed')
        logger.warn(`a cron run was not added: ${fired}`, { cron: cron.id });
    } catch (error) {
      logger.warn('a cron entry could not be run', { cron: cron.id, error });
    }
  }
  return counts;
}

async function attend(database: Executor, cron: DueCron): Promise<Fired | undefined> {
  const schedule = readable(cron);
  if ('problem' in schedule) return void (await planCron(database, cron.id, schedule));
  const moment = cron.nextRun ?? planned(schedule, cron);
  if (!moment) return undefined;
  if (!cron.nextRun) await planCron(database, cron.id, moment);
  if (moment.getTime() > cron.now.getTime() + AHEAD_MS) return undefined;
  const following = schedule.kind === 'pause' ? null : nextRun(schedule, latest(moment, cron.now), cron.timezone);
  return fireCron(database, cron.id, { moment, following, overlap: schedule.kind !== 'range' });
}

/** undefined: it is counted from the end of the run that is under way. */
function planned(schedule: Schedule, { since, timezone, active }: DueCron): Date | undefined {
  return schedule.kind === 'pause' && active ? undefined : nextRun(schedule, since, timezone);
}

/** The schedule of an entry that has a next run, or why it has none. */
function readable({ schedule: text, timezone, now }: DueCron): Schedule | { problem: string } {
  if (!isTimeZone(timezone)) return { problem: `the server knows no time zone ${timezone}` };
  try {
    const schedule = parseSchedule(text);
    nextRun(schedule, now, timezone);
    return schedule;
  } catch (error) {
    return { problem: error instanceof RangeError ? error.message : "its schedule can't be read" };
  }
}

const latest = (one: Date, other: Date) => (one > other ? one : other);
