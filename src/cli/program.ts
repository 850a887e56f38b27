// The command `pgtaskqueue <noun> <verb>`: its nouns, its global options, and how a run ends.
//
// Only definitions are loaded here. An action loads its modules when it runs.

import { Command, CommanderError, Help } from 'commander';
import { PACKAGE_VERSION } from '../domain/package-version.embed.ts';
import { addCompletionCommands } from './commands/completion.ts';
import { addCronCommands } from './commands/cron.ts';
import { addDevCommand } from './commands/dev.ts';
import { addImportCommand } from './commands/import.ts';
import { addKeyCommands } from './commands/keys.ts';
import { addMigrateCommand } from './commands/migrate.ts';
import { addAuditCommand, addDoctorCommand, addVerifyCommand } from './commands/operations.ts';
import { addQueueCommands } from './commands/queues.ts';
import { addRelayCommand } from './commands/relay.ts';
import { addServeCommand } from './commands/serve.ts';
import { addTargetCommands } from './commands/targets.ts';
import { addTaskCommands } from './commands/tasks.ts';
import { addTokenCommands } from './commands/tokens.ts';
import { addWorkerCommand } from './commands/worker.ts';
import { EXIT } from './exit-codes.ts';

const EPILOGUE = `
Without --database-url, the database is that of a cell, of DATABASE_URL, of
PGHOST and related variables, or of a running \`pgtaskqueue dev\`.

Durations are written 90s, 30m, 1h30m or 2d; a plain number is seconds.
Rates are written 5/s, 100/m or 2000/d.

Exit codes: 0 done, 1 failed, 2 bad usage or input, 3 not found, already exists
or wrong state, 75 try again, 78 schema and program disagree.`;

/**
 * Runs one command line to its end.
 *
 * @param argv the arguments, without the program's own name
 * @returns the exit code
 */
export async function main(argv: readonly string[]): Promise<number> {
  const program = buildProgram();
  try {
    await program.parseAsync(helpAsOption(program, argv), { from: 'user' });
    return EXIT.done;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    const [{ fail }, { outputOf }] = await Promise.all([import('./failure.ts'), import('./output.ts')]);
    return fail(error, outputOf(program));
  }
}

/** The program with all its commands; parsing throws instead of ending the process. */
export function buildProgram(): Command {
  const program = new Command('pgtaskqueue')
    .description('Task queues inside your PostgreSQL: push and pull, enqueued in your own transactions.')
    .version(PACKAGE_VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command...]', 'show the help of a command, such as help tasks run')
    .option('--database-url <url>', 'connection string of the database')
    .option('--config <file>', 'YAML file of settings and cells (default: PGTASKQUEUE_CONFIG)')
    .option('--cell <name>', 'the cell of that file to work on (default: its default_cell)')
    .option('--json', 'print one JSON document instead of text')
    .option('--wide', 'print lists in full, whatever the width of the terminal')
    .exitOverride()
    .configureHelp({ showGlobalOptions: true, optionDescription: describeOption, visibleGlobalOptions: othersOf })
    .showHelpAfterError('(--help shows the usage)')
    .addHelpText('after', EPILOGUE);
  addDevCommand(program);
  addServeCommand(program);
  addMigrateCommand(program);
  addQueueCommands(program);
  addTargetCommands(program);
  addKeyCommands(program);
  addTaskCommands(program);
  addWorkerCommand(program);
  addRelayCommand(program);
  addImportCommand(program);
  addCronCommands(program);
  addAuditCommand(program);
  addVerifyCommand(program);
  addDoctorCommand(program);
  addCompletionCommands(program);
  addTokenCommands(program);
  return program;
}

/** Commander marks defaults and choices, but not what is required. */
const describeOption: Help['optionDescription'] = (option) =>
  `${new Help().optionDescription(option)}${option.mandatory ? ' (required)' : ''}`;

/** The global options, without those that a command explains itself. */
const othersOf: Help['visibleGlobalOptions'] = (command) =>
  new Help().visibleGlobalOptions
    .call({ showGlobalOptions: true, sortOptions: false } as Help, command)
    .filter(({ long }) => !command.options.some((own) => own.long === long));

/** `help tasks run` as `tasks run --help`: commander's own help command knows nouns only. */
function helpAsOption(program: Command, argv: readonly string[]): string[] {
  const [first, ...path] = argv;
  if (first !== 'help') return [...argv];
  let command: Command | undefined = program;
  for (const name of path) command = command?.commands.find((sub) => sub.name() === name);
  return command ? [...path, '--help'] : path; // which fails as an unknown command does
}
