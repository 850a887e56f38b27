import { expect, test, vi } from 'vitest';
import { connectionConfig } from '../../src/postgres/connection-settings.ts';
import { PinnedSession, SessionLost } from '../../src/postgres/pinned-session.ts';
import { useDatabase } from '../support/db.ts';
import { eventually } from '../support/eventually.ts';

const database = useDatabase();

async function setup() {
  const lost = vi.fn();
  const session = await PinnedSession.open(connectionConfig(database.url, 'session test'), lost);
  const { rows } = await session.query('select pg_backend_pid() as pid');
  return { session, lost, pid: rows[0].pid as number };
}

test('a lost session reports it once and rejects every call', async () => {
  const { session, lost, pid } = await setup();
  await database.pool.query('select pg_terminate_backend($1)', [pid]);
  await eventually(() => expect(lost).toHaveBeenCalledOnce());
  await expect(session.query('select 1')).rejects.toThrow(SessionLost);
  await expect(session.watch().query({ text: 'select 1' })).rejects.toThrow(SessionLost);
  await session.close();
  expect(lost).toHaveBeenCalledOnce();
});

test('a session that is closed is not lost', async () => {
  const { session, lost } = await setup();
  await session.close();
  await expect(session.query('select 1')).rejects.toThrow(SessionLost);
  expect(lost).not.toHaveBeenCalled();
});

test('a rejected statement does not end the session', async () => {
  const { session, lost } = await setup();
  await expect(session.query('select 1 / 0')).rejects.toMatchObject({ code: '22012' });
  expect((await session.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  expect(lost).not.toHaveBeenCalled();
  await session.close();
});

test('a warning is attributed to the statement that caused it', async () => {
  const { session } = await setup();
  const quiet = 'select 1';
  const loud = `do $$ begin raise warning 'cancelled wait'; end $$`;
  const polite = `do $$ begin raise notice 'by the way'; end $$`;
  const clean = async (statement: string) => {
    const watched = session.watch();
    await watched.query({ text: statement });
    return watched.clean;
  };
  expect(await Promise.all([quiet, loud, polite, quiet].map(clean))).toEqual([true, false, true, true]);
  await session.close();
});

test('an unresponsive database is an error', async () => {
  await expect(PinnedSession.open(connectionConfig('postgres://x@127.0.0.1:1/x', 'test'), () => {})).rejects.toThrow();
});
