// The command `pgtaskqueue <noun> <verb>`: its nouns, its global options, and how a run ends.

import { Command } from 'commander';
import { packageVersion } from '../domain/version.ts';
import { addAuditCommand } from './actions/audit.ts';
import { addCronCommands } from './actions/cron.ts';
import { addDevCommand } from './actions/dev.ts';
import { addDoctorCommand } from './actions/doctor.ts';
import { addKeyCommands } from './actions/keys.ts';
import { addMigrateCommand } from './actions/migrate.ts';
import { addQueueCommands } from './actions/queues.ts';
import { addServeCommand } from './actions/serve.ts';
import { addTargetCommands } from './actions/targets.ts';
import { addTaskCommands } from './actions/tasks.ts';
import { addTokenCommands } from './actions/tokens.ts';
import { addVerifyCommand } from './actions/verify.ts';
import { addWorkerCommand } from './actions/worker.ts';
import { addCompletionCommand } from './commands/completion.ts';
import { exitCode, failure } from './exit-codes.ts';
import { Output } from './output.ts';

const EPILOGUE = `
Without --database-url the database is the one of DATABASE_URL, of PGHOST and its kin, or of a running \`pgtaskqueue dev\`.

Exit codes: 0 done, 1 failed, 2 bad usage or input, 3 not found, exists or wrong state, 75 try again, 78 schema and program disagree.`;

/**
 * Runs one command line to its end.
 *
 * @param argv the arguments, without the program's own name
 * @returns the exit code
 */
export async function main(argv: readonly string[]): Promise<number> {
  const program = buildProgram();
  try {
    await program.parseAsync(argv, { from: 'user' });
    return 0;
  } catch (error) {
    const shown = failure(error);
    if (shown) new Output({ json: program.opts().json }).fail(shown);
    return exitCode(error);
  }
}

/** The program with all its commands; parsing throws instead of ending the process. */
export function buildProgram(): Command {
  const program = new Command('pgtaskqueue')
    .description('Task queues inside your PostgreSQL: push and pull, enqueued in your own transactions.')
    .version(packageVersion())
    .option('--database-url <url>', 'connection string of the database')
    .option('--json', 'print one JSON document instead of lines for people')
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(--help shows how it is used)')
    .addHelpText('after', EPILOGUE);
  addDevCommand(program);
  addServeCommand(program);
  addMigrateCommand(program);
  addQueueCommands(program);
  addTargetCommands(program);
  addKeyCommands(program);
  addTaskCommands(program);
  addWorkerCommand(program);
  addCronCommands(program);
  addAuditCommand(program);
  addVerifyCommand(program);
  addDoctorCommand(program);
  addCompletionCommand(program);
  addTokenCommands(program);
  return program;
}
