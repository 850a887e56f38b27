// `pgtaskqueue targets …`

import type { Command } from 'commander';
import { whole } from '../arguments.ts';
import { lazily, verbsOf } from './verbs.ts';

const actions = () => import('../actions/targets.ts');

/** Adds the noun `targets` and its verbs. */
export function addTargetCommands(program: Command): void {
  const verb = verbsOf(program.command('targets').description('Manage targets: where push tasks are sent'));
  verb('list', 'List all targets', 'list').action(lazily(actions, 'list'));
  verb('set <name> <url>', 'Send the tasks of a target to a base URL', 'set default http://127.0.0.1:3000')
    .option(
      '--max-concurrent <n>',
      'most requests of each dispatcher to the target at the same time (default: unlimited)',
      whole,
    )
    .action(lazily(actions, 'set'));
  verb('remove <name>', 'Remove a target', 'remove default').action(lazily(actions, 'remove'));
}
