// Signing keys by reference: rotating, revoking, and that no secret gets in.
import { afterEach, describe, expect, test } from 'vitest';
import { useDatabase } from '../../support/db.ts';
import { refusal, rows, value } from '../../support/sql.ts';

const db = useDatabase();
afterEach(() => db.pool.query('delete from taskqueue._keys'));

const rotate = (reference: string, keepOld = '7 days', target = 'default') =>
  db.pool.query('select taskqueue.rotate_key($1, $2, $3)', [target, reference, keepOld]);
const revoke = (reference: string, target = 'default') =>
  value<boolean>(db.pool, 'select taskqueue.revoke_key($1, $2)', [target, reference]);

/** The keys of the target, the newest first, each with the hours that it has left. */
const keys = (target = 'default') =>
  rows<{ reference: string; hours: number | null }>(
    db.pool,
    `select reference, round(extract(epoch from expires - now()) / 3600)::integer as hours
     from taskqueue.keys where target = $1 order by created desc`,
    [target],
  );

describe('rotate_key', () => {
  test('makes a key the current one and keeps those before for a while', async () => {
    await rotate('env:ONE');
    await rotate('file:/run/secrets/two', '2 hours');
    await rotate('env:THREE', '5 hours');
    expect(await keys()).toEqual([
      { reference: 'env:THREE', hours: null },
      { reference: 'file:/run/secrets/two', hours: 5 },
      { reference: 'env:ONE', hours: 2 },
    ]);
    await rotate('env:ELSEWHERE', '0', '*.worker');
    expect(await keys('*.worker')).toEqual([{ reference: 'env:ELSEWHERE', hours: null }]);
  });

  test('goes back to a key that was kept', async () => {
    await rotate('env:ONE');
    await rotate('env:TWO');
    await rotate('env:ONE', '0');
    expect(await keys()).toEqual([{ reference: 'env:ONE', hours: null }]);
  });

  test.each([
    ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', '1 day'],
    ['env:NOT-A-NAME', '1 day'],
    ['env:', '1 day'],
    ['file:relative', '1 day'],
    ['file:/two\nlines', '1 day'],
    ['env:ONE', '-1 day'],
  ])('refuses %j kept for %s, and repeats no secret', async (reference, keepOld) => {
    const { code, message, detail, hint } = await refusal(rotate(reference, keepOld));
    expect(code).toBe('TQ114');
    expect(`${message}${detail}${hint}`).not.toContain('MfKQ9r8');
    expect(await keys()).toEqual([]);
  });

  test('refuses what can’t be a target', async () => {
    expect((await refusal(rotate('env:ONE', '1 day', 'a b'))).code).toBe('TQ111');
  });

  test('leaves one current key when two rotate concurrently', async () => {
    await Promise.all(Array.from({ length: 8 }, (_, at) => rotate(`env:KEY_${at}`)));
    expect((await keys()).filter(({ hours }) => hours === null)).toHaveLength(1);
  });
});

describe('revoke_key', () => {
  test('ends a key immediately, and says whether there was one', async () => {
    await rotate('env:ONE');
    expect(await revoke('env:TWO')).toBe(false);
    expect(await revoke('env:ONE')).toBe(true);
    expect(await keys()).toEqual([]);
  });

  test('makes the newest that is left the current one: signing does not end by itself', async () => {
    await rotate('env:ONE');
    await rotate('env:TWO');
    await rotate('env:THREE');
    await revoke('env:THREE');
    expect(await keys()).toEqual([
      { reference: 'env:TWO', hours: null },
      { reference: 'env:ONE', hours: 168 },
    ]);
  });
});

test('dispatchers hear of it', async () => {
  const listener = await db.client();
  const heard: string[] = [];
  listener.on('notification', ({ channel }) => heard.push(channel));
  await listener.query('listen taskqueue_queues');
  await rotate('env:ONE');
  await revoke('env:ONE');
  await expect.poll(() => heard.length).toBe(2);
});
