// An option that takes a duration.

import { Option } from 'commander';
import { duration } from '../arguments.ts';
import { formatDuration } from '../display/durations.ts';

/** @param seconds the default, if there is one */
export function durationOption(flags: string, does: string, seconds?: number): Option {
  const option = new Option(flags, does).argParser(duration);
  return seconds === undefined ? option : option.default(seconds, formatDuration(seconds));
}
