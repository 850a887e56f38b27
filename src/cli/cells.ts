// The cells that a command works on: one, or with --all each in turn.

import type { Command } from 'commander';
import type { Config } from '../server/config.ts';
import { EXIT, ExitWith, UsageError } from './exit-codes.ts';
import { fail } from './failure.ts';
import type { Output } from './output.ts';

/** The settings and the output of a run. */
export interface CommandRun {
  /** `database` is that of the cell. */
  config: Config;
  output: Output;
}

/**
 * Does something on the cell of a command, or with --all on every cell. One that fails doesn't keep the others from
 * being done. The parts of the output are headed by the names of their cells; as JSON they are one object.
 *
 * @throws ExitWith with the highest exit code of all cells
 */
export async function onCells(
  given: CommandRun,
  command: Command,
  work: (run: CommandRun) => Promise<void>,
): Promise<void> {
  if (!command.opts<{ all?: boolean }>().all) return work(given);
  const { config, output } = given;
  if (config.cells.length === 0)
    throw new UsageError('--all needs a file that lists cells: name it with --config or PGTASKQUEUE_CONFIG');
  const documents: Record<string, unknown> = {};
  let exitCode: number = EXIT.done;
  for (const [at, cell] of config.cells.entries()) {
    const { name } = cell;
    const part = output.part(name, (document) => {
      documents[name] = document;
    });
    output.say(`${at > 0 ? '\n' : ''}${output.colors.bold(`${name}:`)}`);
    try {
      await work({ config: { ...config, cell: name, database: cell.database }, output: part });
    } catch (error) {
      exitCode = Math.max(exitCode, fail(error, part));
    }
  }
  if (output.json) output.result('', documents);
  if (exitCode !== EXIT.done) throw new ExitWith(exitCode);
}
