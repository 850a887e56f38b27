// The ranges of a queue's charts.

export const RANGES = {
  hour: { label: 'Hour', title: 'The last hour', seconds: 3_600, step: 60, per: 'minute' },
  day: { label: 'Day', title: 'The last day', seconds: 86_400, step: 600, per: '10 minutes' },
  week: { label: 'Week', title: 'The last week', seconds: 604_800, step: 3_600, per: 'hour' },
} as const;

export type RangeName = keyof typeof RANGES;

export function rangeNamed(name: string | undefined): RangeName {
  return name !== undefined && Object.hasOwn(RANGES, name) ? (name as RangeName) : 'hour';
}
