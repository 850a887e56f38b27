// `pgtaskqueue tokens …`: the tokens of HTTP callers.

import { createToken, listTokens, revokeToken, type TokenStatus } from '../../store/tokens.ts';
import { onDatabase, type Session } from '../connect.ts';
import { formatTime } from '../display/durations.ts';
import type { Column } from '../display/table.ts';
import { NotFound } from '../exit-codes.ts';

interface CreateFlags {
  right?: string[];
  queue?: string[];
  scope?: string[];
  expiresIn?: number;
}

const COLUMNS: Column<TokenStatus>[] = [
  { heading: 'ID', cell: ({ id }) => id },
  { heading: 'EMAIL', cell: ({ email }) => email, least: 12 },
  { heading: 'RIGHTS', cell: ({ rights }) => rights.join(' '), least: 12 },
  { heading: 'QUEUES', cell: ({ rights, queues }) => (rights.length > 0 ? queues.join(' ') : ''), least: 8 },
  { heading: 'SCOPES', cell: ({ scopes }) => scopes.join(' '), least: 9, drop: 1 },
  { heading: 'EXPIRES', cell: ({ expires }) => (expires ? formatTime(expires) : 'never'), drop: 2 },
];

export const create = onDatabase(
  async ({ database, output }: Session, email: string, { right, queue, scope, expiresIn }: CreateFlags) => {
    const expires = expiresIn === undefined ? undefined : new Date(Date.now() + expiresIn * 1000);
    const made = await createToken(database, email, { scopes: scope, expires, rights: right, queues: queue });
    output.result(
      `${made.token}\nSave it now: it is not shown again. To revoke it: pgtaskqueue tokens revoke ${made.id}`,
      made,
    );
  },
);

export const list = onDatabase(async ({ database, output }: Session) => {
  output.list(COLUMNS, await listTokens(database), 'No tokens. Create one: pgtaskqueue tokens create EMAIL');
});

export const revoke = onDatabase(async ({ database, output }: Session, id: string) => {
  if (!(await revokeToken(database, id)))
    throw new NotFound(`there is no token ${id}`, 'List all tokens: pgtaskqueue tokens list');
  output.result(`Revoked token ${id}.`, { id });
});
