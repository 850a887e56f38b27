// Databases that are not in UTF-8.

import { expect, inject, onTestFinished, test } from 'vitest';
import { databaseUrl } from '../../src/embedded/state-file.ts';
import { TaskQueues } from '../../src/index.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { installScheduler } from '../../src/scheduler/install.ts';
import { migrate } from '../../src/schema/migrate/migrate.ts';
import { queryAt } from '../support/bare-database.ts';

test.each([
  ['LATIN1', 'Grüße'],
  ['EUC_JP', '日本語'],
  ['SQL_ASCII', 'plain'],
])('in %s everything works that its characters can say', async (encoding, text) => {
  const name = `e_${process.pid}_${encoding.toLowerCase()}`;
  const adminUrl = inject('adminUrl');
  await queryAt(
    adminUrl,
    `create database ${name} template template0 encoding '${encoding}' locale_provider libc lc_collate 'C' lc_ctype 'C'`,
  );
  onTestFinished(async () => {
    await queryAt(adminUrl, `drop database ${name} with (force)`);
  });
  const url = databaseUrl(adminUrl, name);
  await migrate(url);
  await installScheduler(url, silentLogger);
  const queues = new TaskQueues({ database: url });
  onTestFinished(() => queues.close());
  await queues.createQueue('pull', { mode: 'pull' });
  const pull = queues.queue('pull');
  await pull.add([{ json: { text } }, { params: { text } }, { payload: text, tag: text }]);
  await queues
    .queue('default')
    .add({ url: '/x', json: { text }, headers: { 'x-text': encoding === 'LATIN1' ? text : 'plain' } });
  const leased = await pull.leaseTasks({ leaseSeconds: 60, maxTasks: 10 });
  expect(leased.map(({ payload }) => Buffer.from(payload).toString())).toEqual([
    JSON.stringify({ text }).replace(':', ': '),
    new URLSearchParams({ text }).toString(),
    text,
  ]);
  expect(leased[2]?.tag).toBe(text);
  await pull.pause({ reason: text });
  expect((await queryAt(url, `select paused_reason from taskqueue.queues where name = 'pull'`)).rows).toEqual([
    { paused_reason: text },
  ]);
  const [explained] = (
    await queryAt(
      url,
      `select detail from taskqueue.list_tasks('default', 1) as t, taskqueue.explain_task('default', t.name)`,
    )
  ).rows;
  expect(explained.detail).toContain('No dispatcher');
});

test('a header that Latin-1 has no characters for is refused in any encoding', async () => {
  const add = `select taskqueue.add(url => '/x', headers => jsonb_build_object('x-text', '日本'))`;
  await expect(queryAt(databaseUrl(inject('adminUrl'), 'postgres'), 'select 1')).resolves.toBeDefined();
  const name = `e_${process.pid}_headers`;
  await queryAt(
    inject('adminUrl'),
    `create database ${name} template template0 encoding 'EUC_JP' locale_provider libc lc_collate 'C' lc_ctype 'C'`,
  );
  onTestFinished(async () => {
    await queryAt(inject('adminUrl'), `drop database ${name} with (force)`);
  });
  const url = databaseUrl(inject('adminUrl'), name);
  await migrate(url);
  await expect(queryAt(url, add)).rejects.toThrow('its value must consist of Latin-1 characters');
});
