import { expect, test } from 'vitest';
import { useDatabase } from '../support/db.ts';
import { runHere } from './command.ts';

const database = useDatabase();
const tokens = (...args: string[]) => runHere(['--database-url', database.url, '--json', 'tokens', ...args]);

test('a token is made, shown once, listed without what it is, and revoked', async () => {
  const created = await tokens('create', 'a@b.c', '--scope', 'taskqueue.consumer', '--expires-in', '1d');
  const { id, token } = JSON.parse(created.stdout);
  expect(token).toMatch(/^tq_[0-9a-f]{64}$/);
  const listed = await tokens('list');
  expect(JSON.parse(listed.stdout)).toMatchObject([{ id, email: 'a@b.c', scopes: ['taskqueue.consumer'] }]);
  expect(listed.stdout).not.toContain(token);
  expect(JSON.parse(listed.stdout)).toMatchObject([{ rights: [], queues: ['*'] }]);
  expect(await tokens('revoke', id)).toMatchObject({ code: 0 });
  expect(await tokens('revoke', id)).toMatchObject({ code: 3 });
  expect((await tokens('create', 'nobody')).code).toBe(2);
  expect((await tokens('create', 'a@b.c', '--scope', 'all')).code).toBe(2);
  expect((await tokens('create', 'a@b.c', '--expires-in', 'soon')).code).toBe(2);
});

test('a token has the rights that it is made with, on the queues of its patterns', async () => {
  const created = await tokens('create', 'shop@b.c', '--right', 'enqueue', 'read', '--queue', 'mail-*', 'photos');
  const { id } = JSON.parse(created.stdout);
  const listed = JSON.parse((await tokens('list')).stdout);
  expect(listed).toMatchObject([
    { id, email: 'shop@b.c', rights: ['enqueue', 'read'], queues: ['mail-*', 'photos'], scopes: [] },
  ]);
  const shown = await runHere(['--database-url', database.url, 'tokens', 'list']);
  expect(shown.stdout).toMatch(/enqueue read +mail-\* photos/);
  const both = await tokens('create', 'shop@b.c', '--right', 'read', '--scope', 'taskqueue');
  expect(both.code).toBe(0);
  expect((await tokens('create', 'a@b.c', '--right', 'root')).code).toBe(2);
  expect((await tokens('create', 'a@b.c', '--right', 'read', '--queue', 'mail.*')).code).toBe(2);
});
