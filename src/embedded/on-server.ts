// A connection for statements about databases, such as creating and dropping one.

import pg from 'pg';

export async function onServer<Result>(
  serverUrl: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client(serverUrl);
  client.on('error', () => {}); // the current query rejects with the error
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
