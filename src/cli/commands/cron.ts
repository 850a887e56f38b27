// `pgtaskqueue cron …`

import type { Command } from 'commander';
import { lazily, verbsOf } from './verbs.ts';

const actions = () => import('../actions/cron.ts');

/** Adds the noun `cron` and its verbs. */
export function addCronCommands(program: Command): void {
  const verb = verbsOf(program.command('cron').description('Scheduled jobs (cron)'));
  verb(
    'apply <file>',
    'Make the jobs match cron.yaml or cron.xml: show the plan, ask, and apply all of it or nothing',
    'apply cron.yaml --dry-run',
  )
    .option('--dry-run', 'only show the plan; exit with 1 if there are differences')
    .option('--yes', 'do not ask for confirmation')
    .action(lazily(actions, 'apply'));
  verb('list', 'List all jobs with their last result and their next five runs', 'list').action(lazily(actions, 'list'));
  verb('run <name>', 'Run a job now; its schedule stays as it is', 'run tasks-summary').action(
    lazily(actions, 'runNow'),
  );
}
