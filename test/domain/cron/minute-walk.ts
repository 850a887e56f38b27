// A second, slow way to find a schedule's runs: it walks through a year minute by minute and reads the wall clock.

const MINUTE = 60_000;

/** The clock of a zone over a year and some days around it: the local minute for each minute. */
export interface Year {
  /** The first minute, in minutes since 1970. */
  first: number;
  /** The local time of each minute, in minutes since 1970 as if it were UTC. */
  clock: Int32Array;
  /** The minutes at which clocks were changed, except in the days around the year. */
  changes: number[];
}

/** Reads the clock every quarter of an hour: no zone has changed at other times in living memory. */
export function yearOf(year: number, zone: string): Year {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
  const first = Date.UTC(year - 1, 11, 20) / MINUTE;
  const clock = new Int32Array(Date.UTC(year + 1, 0, 12) / MINUTE - first);
  let shown = 0;
  for (let at = 0; at < clock.length; at++) {
    if (at % 15 === 0) shown = Date.parse(`${format.format((first + at) * MINUTE).replace(' ', 'T')}Z`) / MINUTE;
    clock[at] = shown + (at % 15);
  }
  const changes = Array.from(clock.keys()).filter(
    (at) => at > 20_000 && at < clock.length - 20_000 && clock[at] !== (clock[at - 1] as number) + 1,
  );
  return { first, clock, changes: changes.map((at) => first + at) };
}

/**
 * Visits each minute with the range of new local minutes: an empty range if they occurred before, a long one if clocks
 * skip.
 */
function walk({ clock }: Year, visit: (at: number, from: number, to: number) => void): void {
  let latest = (clock[0] as number) - 1;
  for (let at = 0; at < clock.length; at++) {
    const shown = clock[at] as number;
    visit(at, latest + 1, shown);
    latest = Math.max(latest, shown);
  }
}

/** The local minute in this range at a given time of day. */
function timeAmong(from: number, to: number, minutes: number): number | undefined {
  for (let local = from; local <= to; local++) if (local % 1440 === minutes) return local;
  return undefined;
}

/** The minutes at which a schedule of days runs. */
export function runsOfDays(year: Year, minutes: number, isDay: (local: Date) => boolean): number[] {
  const runs: number[] = [];
  walk(year, (at, from, to) => {
    const local = timeAmong(from, to, minutes);
    if (local !== undefined && isDay(new Date(local * MINUTE))) runs.push(year.first + at);
  });
  return runs;
}

/** The minutes at which a range ticks. */
export function runsOfRange(year: Year, every: number, from: number, to: number): number[] {
  const runs: number[] = [];
  let start: number | undefined;
  walk(year, (at, first, last) => {
    const begins = timeAmong(first, last, from) !== undefined;
    let due = false;
    if (begins && from <= to) start = at;
    if (start !== undefined && (at - start) % every === 0) due = true;
    if (timeAmong(first, last, to) !== undefined) start = undefined;
    if (begins && to < from) {
      start = at;
      due = true;
    }
    if (due) runs.push(year.first + at);
  });
  return runs;
}
