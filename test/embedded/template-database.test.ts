import { expect, onTestFinished, test } from 'vitest';
import { createDatabase } from '../../src/embedded/create-database.ts';
import { startEmbedded } from '../../src/embedded/postgres.ts';
import { templateDatabase } from '../../src/embedded/template-database.ts';
import { queryAt } from '../support/bare-database.ts';
import { temporaryFolder } from '../support/folder.ts';

test('a template is filled once, copied, and dropped a day after its contents have changed', async () => {
  const server = await startEmbedded({ dir: temporaryFolder(), port: null, ephemeral: true });
  onTestFinished(() => server.stop());
  let filled = 0;
  const fill = async (url: string) => {
    filled += 1;
    await queryAt(url, 'create table t as select 7 as n');
  };
  const rowsAt = async (url: string, text: string) => (await queryAt(url, text)).rows;
  const names = async () =>
    (await rowsAt(server.url, `select datname from pg_database where datname ~ '^pgtaskqueue' order by 1`)).map(
      ({ datname }) => datname,
    );

  expect(await Promise.all([1, 2].map(() => templateDatabase(server, 'one', fill)))).toEqual([
    'pgtaskqueue_template_one',
    'pgtaskqueue_template_one',
  ]);
  expect(filled).toBe(1);
  const template = await templateDatabase(server, 'one', fill);
  expect([template, filled]).toEqual(['pgtaskqueue_template_one', 1]);
  await createDatabase(server.url, 'copy', template);
  expect(await rowsAt(server.urlFor('copy'), 'select n from t')).toEqual([{ n: 7 }]);

  await templateDatabase(server, 'two', fill);
  expect(await names()).toEqual(['pgtaskqueue_template_one', 'pgtaskqueue_template_two']);
  const twoDaysAgo = new Date(Date.now() - 172_800_000).toISOString();
  await queryAt(server.url, `comment on database pgtaskqueue_template_one is '${twoDaysAgo}'`);
  const failing = () => Promise.reject(new Error('no'));
  await expect(templateDatabase(server, 'three', failing)).rejects.toThrow('no');
  await templateDatabase(server, 'three', fill);
  expect(await names()).toEqual(['pgtaskqueue_template_three', 'pgtaskqueue_template_two']);
});
