import { expect, onTestFinished, test } from 'vitest';
import { createDatabase } from '../../src/embedded/create-database.ts';
import { startEmbedded } from '../../src/embedded/postgres.ts';
import { templateDatabase } from '../../src/embedded/template-database.ts';
import { queryAt } from '../support/bare-database.ts';
import { temporaryFolder } from '../support/folder.ts';

test('a template is filled once, copied, and dropped when its contents change', { timeout: 60_000 }, async () => {
  const server = await startEmbedded({ dir: temporaryFolder(), port: null, ephemeral: true });
  onTestFinished(() => server.stop());
  let filled = 0;
  const fill = async (url: string) => {
    filled += 1;
    await queryAt(url, 'create table t as select 7 as n');
  };
  const rowsAt = async (url: string, text: string) => (await queryAt(url, text)).rows;
  const names = () => rowsAt(server.url, `select datname from pg_database where datname ~ '^(template_|temporary)'`);

  expect(await Promise.all([1, 2].map(() => templateDatabase(server, 'one', fill)))).toEqual([
    'template_one',
    'template_one',
  ]);
  filled = 0;
  const template = await templateDatabase(server, 'one', fill);
  expect([template, filled]).toEqual(['template_one', 0]);
  await createDatabase(server.url, 'copy', template);
  expect(await rowsAt(server.urlFor('copy'), 'select n from t')).toEqual([{ n: 7 }]);

  expect(await templateDatabase(server, 'two', fill)).toBe('template_two');
  expect([await names(), filled]).toEqual([[{ datname: 'template_two' }], 1]);
  const failing = () => Promise.reject(new Error('no'));
  await expect(templateDatabase(server, 'three', failing)).rejects.toThrow('no');
  expect(await templateDatabase(server, 'three', fill)).toBe('template_three');
  expect(await names()).toEqual([{ datname: 'template_three' }]);
});
