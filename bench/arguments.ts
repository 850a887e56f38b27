// The command's arguments.

import { parseArgs } from 'node:util';

/** What was asked for. */
export interface Asked {
  /** A bench, or all. */
  name: string;
  short: boolean;
  /** File to write the metrics to. */
  json: string | undefined;
  /** How often each contender is measured: two when short, else five. */
  rounds: number;
}

export const USAGE = `npm run bench -- <name> [--short] [--rounds N] [--json FILE]

  name     enqueue, lease, pinned, notify, cap, backlog, queues, push, idle, or all
  --short  two short rounds: each bench ends within a minute, pinned within five
  --rounds another number of rounds
  --json   writes { "bench": …, "metrics": { name: { "ours": …, "<peer>": …, "ratio": … } } }

PGTASKQUEUE_BENCH_PGMQ names the SQL file of PGMQ; without it, PGMQ is left out.`;

/** @throws RangeError that says what is known */
export function readArguments(args: string[], known: string[]): Asked {
  const { values, positionals } = parse(args);
  const [name, ...rest] = positionals;
  if (name === undefined || rest.length > 0) throw new RangeError('name one bench');
  if (name !== 'all' && !known.includes(name)) {
    throw new RangeError(`there is no bench ${name}; there are ${known.join(', ')} and all`);
  }
  const rounds = Number(values.rounds ?? (values.short ? 2 : 5));
  if (!Number.isInteger(rounds) || rounds < 1) throw new RangeError(`--rounds must be 1 or more, not ${values.rounds}`);
  return { name, short: values.short, json: values.json, rounds };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: { short: { type: 'boolean', default: false }, json: { type: 'string' }, rounds: { type: 'string' } },
    });
  } catch (error) {
    throw new RangeError((error as Error).message);
  }
}
