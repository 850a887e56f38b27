// Moments and durations between protobuf and this package: microseconds since 1970, and seconds.

import { create } from '@bufbuild/protobuf';
import { type Duration, DurationSchema, type Timestamp, TimestampSchema } from '@bufbuild/protobuf/wkt';

/** Truncated to microseconds. */
export function microsecondsOf({ seconds, nanos }: Timestamp): bigint {
  return seconds * 1_000_000n + BigInt(Math.floor(nanos / 1000));
}

export function timestamp(microseconds: bigint): Timestamp {
  const rest = ((microseconds % 1_000_000n) + 1_000_000n) % 1_000_000n;
  return create(TimestampSchema, { seconds: (microseconds - rest) / 1_000_000n, nanos: Number(rest) * 1000 });
}

/** Without its fraction. */
export function wholeTimestamp(microseconds: bigint): Timestamp {
  return { ...timestamp(microseconds), nanos: 0 };
}

export function durationSeconds({ seconds, nanos }: Duration): number {
  return Number(seconds) + nanos / 1e9;
}

export function durationOf(seconds: number): Duration {
  const whole = Math.trunc(seconds);
  return create(DurationSchema, { seconds: BigInt(whole), nanos: Math.round((seconds - whole) * 1e9) });
}
