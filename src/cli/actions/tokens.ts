// `pgtaskqueue tokens …`: who may call over HTTP.

import { type Command, InvalidArgumentError } from 'commander';
import { RIGHTS } from '../../domain/rights.ts';
import { createToken, listTokens, revokeToken, type TokenStatus } from '../../store/tokens.ts';
import { onDatabase, type Session } from '../connect.ts';
import { parseDuration } from '../display/durations.ts';
import { table } from '../display/table.ts';
import { NotFound } from '../exit-codes.ts';

/** Adds the noun `tokens` and its verbs. */
export function addTokenCommands(program: Command): void {
  const tokens = program
    .command('tokens')
    .description('tokens for HTTP: each stands for an e-mail address, with rights on queues');
  const verb = (usage: string, what: string, example: string) =>
    tokens.command(usage).description(what).addHelpText('after', `\nExample:\n  pgtaskqueue tokens ${example}`);

  verb(
    'create <email>',
    'make a token; it is shown this once',
    "create shop@example.com --right enqueue --queue 'mail-*'",
  )
    .option('--right <right...>', `what it may do: ${RIGHTS.join(', ')}`)
    .option('--queue <pattern...>', 'the queues that its rights are good for, such as mail or mail-* (default: all)')
    .option(
      '--scope <scope...>',
      'for the pull queues’ REST API, as far as the ACL of a queue names the address: taskqueue (default without --right), or taskqueue.consumer, which may not insert',
    )
    .option('--expires-in <duration>', 'such as 30d')
    .action(onDatabase(create));
  verb('list', 'whose tokens there are, never what they are', 'list').action(onDatabase(list));
  verb('revoke <id>', 'make a token good for nothing', 'revoke 3f2a90c1b7de').action(onDatabase(revoke));
}

interface CreateOptions {
  right?: string[];
  queue?: string[];
  scope?: string[];
  expiresIn?: string;
}

async function create(
  { database, output }: Session,
  email: string,
  { right, queue, scope, expiresIn }: CreateOptions,
): Promise<void> {
  const expires = expiresIn === undefined ? undefined : new Date(Date.now() + secondsOf(expiresIn) * 1000);
  const made = await createToken(database, email, { scopes: scope, expires, rights: right, queues: queue });
  output.result(
    `${made.token}\nKeep it: it is not shown again. To revoke it: pgtaskqueue tokens revoke ${made.id}`,
    made,
  );
}

function secondsOf(text: string): number {
  const seconds = parseDuration(text);
  if (seconds === undefined) throw new InvalidArgumentError(`--expires-in can't be ${text}: give 30d, 12h or the like`);
  return seconds;
}

async function list({ database, output }: Session): Promise<void> {
  const tokens = await listTokens(database);
  const column = (heading: string, cell: (token: TokenStatus) => string) => ({ heading, cell });
  const columns = [
    column('ID', ({ id }) => id),
    column('EMAIL', ({ email }) => email),
    column('RIGHTS', ({ rights }) => rights.join(' ')),
    column('QUEUES', ({ rights, queues }) => (rights.length > 0 ? queues.join(' ') : '')),
    column('SCOPES', ({ scopes }) => scopes.join(' ')),
    column('EXPIRES', ({ expires }) => expires?.toISOString() ?? 'never'),
  ];
  const none = 'No tokens. Make one: pgtaskqueue tokens create EMAIL';
  output.result(tokens.length > 0 ? table(columns, tokens, output.colors) : none, tokens);
}

async function revoke({ database, output }: Session, id: string): Promise<void> {
  if (!(await revokeToken(database, id))) throw new NotFound(`there is no token ${id}`);
  output.result(`Revoked token ${id}.`, { id });
}
