// A second way to tell when a schedule runs, and a slow one: it walks through a year minute by minute and looks at the clock on the wall.

const MINUTE = 60_000;

/** The clock of a zone over a year and some days around it: local minutes by the minute. */
export interface Year {
  /** The first minute, in minutes since 1970. */
  first: number;
  /** What clocks show each minute, in minutes since 1970 as if it were UTC. */
  clock: Int32Array;
}

/** Reads the clock four times an hour: no zone has been set at other times within living memory. */
export function yearOf(year: number, zone: string): Year {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
  const first = Date.UTC(year - 1, 11, 20) / MINUTE;
  const clock = new Int32Array(Date.UTC(year + 1, 0, 12) / MINUTE - first);
  let shown = 0;
  for (let at = 0; at < clock.length; at++) {
    if (at % 15 === 0) shown = Date.parse(`${format.format((first + at) * MINUTE).replace(' ', 'T')}Z`) / MINUTE;
    clock[at] = shown + (at % 15);
  }
  return { first, clock };
}

/** Whether a local minute is one to run at. */
export type Matches = (local: Date) => boolean;

/** Calls for each minute with the local minutes that come up then: usually one, none when it has been before, many when clocks skip. */
function walk({ clock }: Year, visit: (at: number, fresh: Date[]) => void): void {
  let latest = (clock[0] as number) - 1;
  for (let at = 0; at < clock.length; at++) {
    const fresh: Date[] = [];
    for (let local = latest + 1; local <= (clock[at] as number); local++) fresh.push(new Date(local * MINUTE));
    latest = Math.max(latest, clock[at] as number);
    visit(at, fresh);
  }
}

/** The minutes at which a schedule of days runs. */
export function runsOfDays(year: Year, matches: Matches): number[] {
  const runs: number[] = [];
  walk(year, (at, fresh) => {
    if (fresh.some(matches)) runs.push(year.first + at);
  });
  return runs;
}

/** The minutes at which a range ticks. */
export function runsOfRange(year: Year, every: number, from: number, to: number): number[] {
  const runs: number[] = [];
  let start: number | undefined;
  const isTime = (minutes: number) => (local: Date) => local.getUTCHours() * 60 + local.getUTCMinutes() === minutes;
  walk(year, (at, fresh) => {
    const begins = fresh.some(isTime(from));
    const ends = fresh.some(isTime(to));
    let due = false;
    if (begins && from <= to) start = at;
    if (start !== undefined && (at - start) % every === 0) due = true;
    if (ends) start = undefined;
    if (begins && to < from) {
      start = at;
      due = true;
    }
    if (due) runs.push(year.first + at);
  });
  return runs;
}
