// Conversion between moments and a zone's local time, with Node's own time zones.
// A local time is represented by the milliseconds that it would have in UTC, so that arithmetic works on it.

const HOURS_24 = 86_400_000;
const FORMATS = new Map<string, Intl.DateTimeFormat>();

/** PostgreSQL prefixes zone names with these where it reads the system's files. */
const PREFIX = /^(posix|right)\//i;

/** Whether a name is in the tz database, such as Europe/Berlin. An offset such as +01:00 is not. */
export function isTimeZone(name: string): boolean {
  if (name.length > 100 || !/^[A-Za-z]/.test(name)) return false;
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

/** The local time of a zone at a moment. */
export function localTime(moment: number, zone: string): number {
  const fields: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(moment)) fields[type] = Number(value);
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = fields;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/**
 * The moment at which a zone's clocks show a local time: the first of two if clocks are set back, and the moment of the
 * change if they are set forward over it.
 */
export function instantOf(local: number, zone: string): number {
  const before = offsetAt(local - HOURS_24, zone);
  const after = offsetAt(local + HOURS_24, zone);
  const moments = [local - before, local - after].filter((moment) => localTime(moment, zone) === local);
  return moments.length > 0 ? Math.min(...moments) : endOfGap(local - after, local - before, before, zone);
}

/** The first moment between two at which the offset is no longer the earlier one. */
function endOfGap(first: number, last: number, before: number, zone: string): number {
  let [low, high] = [first, last];
  while (high - low > 1000) {
    const middle = Math.floor((low + high) / 2000) * 1000;
    if (offsetAt(middle, zone) === before) low = middle;
    else high = middle;
  }
  return high;
}

function offsetAt(moment: number, zone: string): number {
  return localTime(moment, zone) - moment;
}

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = FORMATS.get(zone);
  if (!format) {
    const number = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' } as const;
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone.replace(PREFIX, ''),
      hourCycle: 'h23',
      ...number,
      second: 'numeric',
    });
    FORMATS.set(zone, format);
  }
  return format;
}
