// Every page of the documentation is followed as its reader would: blocks run in order, from where the page says.

import { beforeAll, inject, test } from 'vitest';
import { databaseUrl } from '../../src/embedded/state-file.ts';
import { queryAt } from '../support/bare-database.ts';
import { readyClone } from './clone.ts';
import { allPages, blocksOf } from './page.ts';
import { Reader } from './reader.ts';

let clone: string;
beforeAll(async () => {
  clone = await readyClone();
});

let databases = 0;
async function emptyDatabase(): Promise<string> {
  const name = `reader_${process.pid}_${databases++}`;
  await queryAt(inject('adminUrl'), `create database ${name}`);
  return databaseUrl(inject('adminUrl'), name);
}

/** Generated, or tested where what they describe is. */
const OTHERS = /^docs\/(reference|internals|guide\/idempotency|[A-Z]+\.md)/;
const RUN = new Set(['sh', 'sql', 'ts', 'python', 'yaml']);
const pages = allPages().filter(
  (page) => !OTHERS.test(page) && blocksOf(page).some(({ language }) => RUN.has(language)),
);

test.concurrent.each(pages)('%s', async (page) => {
  const reader = new Reader(clone, await emptyDatabase());
  try {
    const blocks = blocksOf(page);
    if (!blocks.some(({ text }) => /^npm (start|install)/.test(text))) await reader.startQuickly(); // the reader has a database
    for (const block of blocks) {
      await reader.follow(block).catch((error) => {
        error.message = `${block.at}: ${error.message}`;
        throw error;
      });
    }
  } finally {
    await reader.close();
  }
});
