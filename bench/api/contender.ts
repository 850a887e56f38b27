// The database of the bench `api`: the API may create tasks for the host of their URLs.

import pg from 'pg';
import { ours } from '../contenders/ours.ts';
import type { Contender } from '../databases.ts';

export const oursForApi: Contender = {
  name: 'api',
  install: async (url) => {
    await ours.install(url);
    const client = new pg.Client(url);
    await client.connect();
    await client.query(`select taskqueue.allow_url('example.com')`);
    await client.end();
  },
};
