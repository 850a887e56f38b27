// `pgtaskqueue migrate`

import type { Command } from 'commander';
import { durationOption } from './duration-option.ts';
import { LIMITS_HELP } from './limits-option.ts';
import { everyCell, lazily } from './verbs.ts';

/** Adds the command `migrate`. */
export function addMigrateCommand(program: Command): void {
  program
    .command('migrate')
    .description('Bring the schema to the version this program needs; safe to repeat, and to run concurrently')
    .option('--print', 'print the SQL that is still to be run, and run nothing')
    .option('--check', 'change nothing; exit with 78 if the schema is not the one this program needs')
    .addOption(
      durationOption('--wait <duration>', 'how long to wait for tables in use before giving up with exit code 75', 60),
    )
    .option(
      '--new-identity',
      'this server is a file-level copy of one that still runs: give its tasks names of their own',
    )
    .option('--limits <limits>', LIMITS_HELP)
    .addOption(everyCell())
    .option('--verbose', 'name each file that is run')
    .addHelpText('after', '\nExample:\n  pgtaskqueue migrate --check || pgtaskqueue migrate')
    .action(lazily(() => import('../actions/migrate.ts'), 'migrate'));
}
