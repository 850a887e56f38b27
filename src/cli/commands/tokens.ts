// `pgtaskqueue tokens …`

import type { Command } from 'commander';
import { RIGHTS } from '../../domain/rights.ts';
import { durationOption } from './duration-option.ts';
import { lazily, verbsOf } from './verbs.ts';

const actions = () => import('../actions/tokens.ts');

/** Adds the noun `tokens` and its verbs. */
export function addTokenCommands(program: Command): void {
  const verb = verbsOf(
    program
      .command('tokens')
      .description('Manage HTTP tokens: each stands for an e-mail address with rights on queues'),
  );
  verb(
    'create <email>',
    'Create a token; it is shown only once',
    "create shop@example.com --right enqueue --queue 'mail-*'",
  )
    .option('--right <right...>', `what the token may do: ${RIGHTS.join(', ')}`)
    .option('--queue <pattern...>', 'queues that the rights apply to, such as mail or mail-* (default: all)')
    .option(
      '--scope <scope...>',
      'access to the REST API of pull queues, limited by their ACLs: taskqueue (default without --right), or taskqueue.consumer, which may not insert',
    )
    .addOption(durationOption('--expires-in <duration>', 'when the token expires, such as 30d (default: never)'))
    .action(lazily(actions, 'create'));
  verb('list', 'List tokens, without their secrets', 'list').action(lazily(actions, 'list'));
  verb('revoke <id>', 'Revoke a token', 'revoke 3f2a90c1b7de').action(lazily(actions, 'revoke'));
}
