// A running server that answers slowly is not taken for one that has ended: a second start would fail on its data.

import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { respondingServer } from '../../src/embedded/state-file.ts';
import { useDatabase } from '../support/db.ts';
import { temporaryFolder } from '../support/folder.ts';
import { value } from '../support/sql.ts';
import { tcpProxy } from '../support/tcp-proxy.ts';

const database = useDatabase();

test('a server that accepts a connection after three seconds is running', async () => {
  const proxy = await tcpProxy(database.url);
  onTestFinished(() => proxy.close());
  const state = { url: proxy.url, data: await value(database.pool, 'show data_directory'), owner: process.pid };
  const file = path.join(temporaryFolder(), 'pg18.json');
  fs.writeFileSync(file, JSON.stringify(state));
  proxy.freeze();
  const found = respondingServer(file);
  await sleep(3_000);
  proxy.thaw();
  expect(await found).toEqual(state);
});
