// The types of column values: as drivers return them, and as columns.ts selects them.

/** bigint: a string from pg, a number or bigint where an application set its own parser. */
export type BigintValue = string | number | bigint;
/** timestamptz: a Date from pg, text where an application set its own parser. */
export type TimestampValue = Date | string;
/** interval: an object of parts from pg, text where an application set its own parser. */
export type IntervalValue =
  | string
  | Partial<Record<'years' | 'months' | 'days' | 'hours' | 'minutes' | 'seconds' | 'milliseconds', number>>;

/**
 * An SQL row as selected by columns.ts: moments are microseconds since 1970, intervals are seconds. A number may be
 * text: pg returns numeric as text.
 */
export type Selected<Row> = { [Column in keyof Row]: SelectedValue<Row[Column]> };

type SelectedValue<Value> = [TimestampValue] extends [Exclude<Value, null>]
  ? BigintValue | Extract<Value, null>
  : [IntervalValue] extends [Exclude<Value, null>]
    ? string | number | Extract<Value, null>
    : Value;
