// `pgtaskqueue keys …`. Only references are given and shown: a secret never appears on a command line.

import type { Command } from 'commander';
import { durationOption } from './duration-option.ts';
import { lazily, verbsOf } from './verbs.ts';

const actions = () => import('../actions/keys.ts');
const REFERENCE = '--reference <reference>';

/** Adds the noun `keys` and its verbs. */
export function addKeyCommands(program: Command): void {
  const verb = verbsOf(
    program
      .command('keys')
      .description('Manage the keys that sign requests to targets, and the ID tokens of HTTP tasks'),
  );
  verb('list', 'List all signing keys by reference', 'list').action(lazily(actions, 'list'));
  verb('generate', 'Print a new secret without storing it', 'generate > /run/secrets/push')
    .option('--id-tokens', 'print a private key for ID tokens')
    .action(lazily(actions, 'generate'));
  verb(
    'rotate <target>',
    'Sign with a new key, and for a while with the previous ones too; the first key turns signing on. Target @id-tokens: ID tokens',
    'rotate default --reference env:PUSH_SECRET_2 --keep-old 7d',
  )
    .requiredOption(REFERENCE, 'where each dispatcher finds the secret: env:NAME or file:PATH')
    .addOption(
      durationOption(
        '--keep-old <duration>',
        'how long the previous keys also sign, or those of ID tokens are published (default: 7d)',
      ),
    )
    .action(lazily(actions, 'rotate'));
  verb('revoke <target>', 'Stop signing with a key immediately', 'revoke default --reference env:PUSH_SECRET')
    .requiredOption(REFERENCE, 'the reference that was given to rotate')
    .action(lazily(actions, 'revoke'));
}
