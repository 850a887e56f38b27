// Recognises crontab expressions, such as `*/5 * * * *`, which cron files do not support but many users try first, and
// suggests what to write instead.

const FIELD = String.raw`[\w*,/?-]+`;
const EXPRESSION = new RegExp(String.raw`^[\d*]${FIELD.replace('+', '*')}(\s+${FIELD}){4}$`);
const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

/**
 * Returns the schedule to write instead of a crontab expression; undefined if the text is not one.
 *
 * @example insteadOfCrontab('0 9 * * 1')   // 'every monday 09:00'
 */
export function insteadOfCrontab(text: string): string | undefined {
  if (!EXPRESSION.test(text.trim())) return undefined;
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = text.trim().split(/\s+/);
  const daily = day === '*' && month === '*' && weekday === '*';
  const [, everyMinutes] = /^\*\/(\d+)$/.exec(minute) ?? [];
  const [, everyHours] = /^\*\/(\d+)$/.exec(hour) ?? [];
  if (daily && hour === '*') {
    if (minute === '*') return 'every 1 minutes';
    if (everyMinutes) return `every ${everyMinutes} minutes`;
    if (minute === '0') return 'every 1 hours';
  }
  if (daily && everyHours && minute === '0') return `every ${everyHours} hours`;
  const time = timeOf(hour, minute);
  if (time && daily) return `every day ${time}`;
  if (time && day === '*' && month === '*' && WEEKDAYS[Number(weekday)])
    return `every ${WEEKDAYS[Number(weekday)]} ${time}`;
  if (time && /^\d+$/.test(day) && month === '*' && weekday === '*') return `${day} of month ${time}`;
  return 'a schedule such as: every 5 minutes; every monday 09:00; 1,15 of month 10:00';
}

function timeOf(hour: string, minute: string): string | undefined {
  if (!/^\d{1,2}$/.test(hour) || !/^\d{1,2}$/.test(minute)) return undefined;
  return `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`;
}
