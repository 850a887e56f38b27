// `pgtaskqueue keys …`: the keys that sign requests to targets.

import type { Command } from 'commander';
import { ID_TOKENS, type Key } from '../../domain/key.ts';
import { generateSecret } from '../../domain/signing/signing-key.ts';
import { listKeys, revokeKey, rotateKey } from '../../store/keys.ts';
import { generatePrivateKey } from '../../task-tokens/private-key.ts';
import { onDatabase, prepare, type Session } from '../connect.ts';
import { formatTime, relative } from '../display/durations.ts';
import type { Column } from '../display/table.ts';
import { NotFound } from '../exit-codes.ts';

interface ReferenceFlag {
  reference: string;
}

const COLUMNS: Column<Key>[] = [
  { heading: 'TARGET', cell: ({ target }) => target },
  { heading: 'REFERENCE', cell: ({ reference }) => reference },
  { heading: 'SINCE', cell: ({ created }) => formatTime(created), drop: 1 },
  { heading: 'ENDS', cell: ({ expires }) => (expires ? relative(expires) : 'never') },
];

export const list = onDatabase(async ({ database, output }: Session) => {
  const none = 'No keys: requests are not signed. Set one: pgtaskqueue keys rotate default --reference env:NAME';
  output.list(COLUMNS, await listKeys(database), none);
});

export async function generate({ idTokens }: { idTokens?: boolean }, command: Command): Promise<void> {
  const secret = idTokens ? generatePrivateKey().trimEnd() : generateSecret();
  (await prepare(command)).output.result(secret, { secret });
}

export const rotate = onDatabase(
  async (
    { database, output }: Session,
    target: string,
    { reference, keepOld }: ReferenceFlag & { keepOld?: number },
  ) => {
    await rotateKey(database, target, reference, keepOld);
    const keys = (await listKeys(database)).filter((key) => key.target === target);
    const old = keys.filter(({ expires }) => expires !== null);
    if (target === ID_TOKENS) return output.result(idTokensText(reference, old), keys);
    const until = old.map((key) => ` and, until it ends, with ${key.reference}`).join('');
    output.result(`Requests to ${target} are signed with ${reference}${until}.`, keys);
  },
);

export const revoke = onDatabase(
  async ({ database, output }: Session, target: string, { reference }: ReferenceFlag) => {
    if (!(await revokeKey(database, target, reference))) {
      throw new NotFound(`target ${target} has no key with that reference`, 'List all keys: pgtaskqueue keys list');
    }
    const left = (await listKeys(database)).filter((key) => key.target === target);
    if (target === ID_TOKENS)
      return output.result(
        `Revoked. ID tokens have ${left.length === 1 ? '1 key' : `${left.length} keys`} left.`,
        left,
      );
    const by = left.length > 0 ? `signed with ${left.map((key) => key.reference).join(', ')}` : 'no longer signed';
    output.result(`Revoked. Requests to ${target} are ${by}.`, left);
  },
);

function idTokensText(reference: string, old: Key[]): string {
  return old.length === 0
    ? `ID tokens are signed with ${reference}.`
    : `ID tokens will be signed with ${reference}, 15 minutes after it is published; ` +
        `published until they end: ${old.map((key) => key.reference).join(', ')}.`;
}
