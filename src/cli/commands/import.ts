// `pgtaskqueue import`

import { type Command, Option } from 'commander';
import { pair } from '../arguments.ts';
import { lazily } from './verbs.ts';

/** Adds the command `import`. */
export function addImportCommand(program: Command): void {
  program
    .command('import')
    .description('Import the waiting jobs of pg-boss, graphile-worker or BullMQ as tasks; it can be repeated')
    .addOption(
      new Option('--from <library>', 'where the jobs are')
        .choices(['pg-boss', 'graphile-worker', 'bullmq'])
        .makeOptionMandatory(),
    )
    .requiredOption('--source <url>', 'connection string of their store, or env:NAME or file:/path that has it')
    .option('--schema <name>', "their schema (pgboss, graphile_worker), or the prefix of BullMQ's keys (bull)")
    .option('--queue <theirs=ours>', 'the queue for the jobs of one of theirs; can be repeated', pair, new Map())
    .option('--create-queues', 'create the queues that do not exist, as pull queues')
    .option('--dry-run', 'show what would be imported')
    .addHelpText(
      'after',
      '\nExample:\n  pgtaskqueue import --from pg-boss --source env:DATABASE_URL --queue send_mail=mail --dry-run',
    )
    .action(lazily(() => import('../actions/import.ts'), 'importJobs'));
}
