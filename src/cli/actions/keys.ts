// `pgtaskqueue keys …`: what signs the requests to a target. Only references are taken and shown; a secret is never on a command line.

import type { Command } from 'commander';
import type { Key } from '../../domain/key.ts';
import { generateSecret } from '../../domain/signing/signing-key.ts';
import { listKeys, revokeKey, rotateKey } from '../../store/keys.ts';
import { duration } from '../arguments.ts';
import { onDatabase, prepare, type Session } from '../connect.ts';
import { relative } from '../display/durations.ts';
import { table } from '../display/table.ts';
import { NotFound } from '../exit-codes.ts';

interface ReferenceFlag {
  reference: string;
}

/** Adds the noun `keys` and its verbs. */
export function addKeyCommands(program: Command): void {
  const keys = program.command('keys').description('what signs the requests to a target');
  const verb = (usage: string, what: string, example: string) =>
    keys.command(usage).description(what).addHelpText('after', `\nExample:\n  pgtaskqueue keys ${example}`);
  const reference = '--reference <reference>';

  verb('list', 'all keys that sign, by reference', 'list').action(onDatabase(list));
  verb('generate', 'print a new secret, and keep it nowhere', 'generate > /run/secrets/push').action(generate);
  verb(
    'rotate <target>',
    'sign with another key, and for a while with those before too; the first turns signing on',
    'rotate default --reference env:PUSH_SECRET_2 --keep-old 7d',
  )
    .requiredOption(reference, 'where each dispatcher finds the secret: env:NAME or file:PATH')
    .option('--keep-old <duration>', 'how long the keys before sign, too; default 7d', duration)
    .action(onDatabase(rotate));
  verb('revoke <target>', 'sign with a key no more, at once', 'revoke default --reference env:PUSH_SECRET')
    .requiredOption(reference, 'as it was given to rotate')
    .action(onDatabase(revoke));
}

async function list({ database, output }: Session): Promise<void> {
  const keys = await listKeys(database);
  const columns = [
    { heading: 'TARGET', cell: (key: Key) => key.target },
    { heading: 'REFERENCE', cell: (key: Key) => key.reference },
    { heading: 'SINCE', cell: (key: Key) => key.created.toISOString() },
    { heading: 'ENDS', cell: (key: Key) => (key.expires ? relative(key.expires) : 'never') },
  ];
  const none = 'No keys: requests are not signed. Set one: pgtaskqueue keys rotate default --reference env:NAME';
  output.result(keys.length > 0 ? table(columns, keys, output.colors) : none, keys);
}

function generate(_: object, command: Command): void {
  const secret = generateSecret();
  prepare(command).output.result(secret, { secret });
}

async function rotate(
  { database, output }: Session,
  target: string,
  { reference, keepOld }: ReferenceFlag & { keepOld?: number },
): Promise<void> {
  await rotateKey(database, target, reference, keepOld);
  const keys = (await listKeys(database)).filter((key) => key.target === target);
  const old = keys.filter(({ expires }) => expires !== null).map((key) => `${key.reference} too`);
  output.result(`Requests to ${target} are signed with ${[reference, ...old].join(', ')}.`, keys);
}

async function revoke({ database, output }: Session, target: string, { reference }: ReferenceFlag): Promise<void> {
  if (!(await revokeKey(database, target, reference))) {
    throw new NotFound(`target ${target} has no key with that reference`);
  }
  const left = (await listKeys(database)).filter((key) => key.target === target);
  const by = left.length > 0 ? `signed with ${left.map((key) => key.reference).join(', ')}` : 'not signed any more';
  output.result(`Revoked. Requests to ${target} are ${by}.`, left);
}
