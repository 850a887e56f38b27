// Parses the command's arguments.

import { parseArgs } from 'node:util';

/** The parsed arguments. */
export interface Asked {
  /** The name of a bench, or `all`. */
  name: string;
  short: boolean;
  /** File to write the metrics to. */
  json: string | undefined;
  /** Number of rounds: by default two if short, otherwise five. */
  rounds: number;
}

export const USAGE = `npm run bench -- <name> [--short] [--rounds N] [--json FILE]

  name     enqueue, lease, pinned, notify, cap, backlog, queues, push, idle, api, cells, test-database, or all
  --short  two short rounds: each bench ends within a minute, pinned within five
  --rounds another number of rounds
  --json   writes { "bench": …, "metrics": { name: { "ours": …, "<peer>": …, "ratio": … } } }

PGTASKQUEUE_BENCH_PGMQ names the SQL file of PGMQ; without it, PGMQ is left out.`;

/** @throws RangeError that names the known arguments */
export function readArguments(args: string[], known: string[]): Asked {
  const { values, positionals } = parse(args);
  const [name, ...rest] = positionals;
  if (name === undefined || rest.length > 0) throw new RangeError('exactly one bench must be named');
  if (name !== 'all' && !known.includes(name)) {
    throw new RangeError(`a bench must be ${known.join(', ')} or all, got ${name}`);
  }
  const rounds = Number(values.rounds ?? (values.short ? 2 : 5));
  if (!Number.isInteger(rounds) || rounds < 1) throw new RangeError(`--rounds must be 1 or more, got ${values.rounds}`);
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
