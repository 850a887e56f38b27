import { expect, test } from 'vitest';
import { connectionConfig } from '../../src/postgres/connection-settings.ts';

const connect = (database: unknown) => connectionConfig(database as string, 'test');

test.for([
  ['postgresql://ada@db/shop'],
  ['postgres://a,b:5433/shop?sslmode=require'],
  ['/var/run/postgresql shop'],
  ['socket:/var/run/postgresql?db=shop'],
])('%s is a connection string', ([text]) => {
  expect(connect(text)).toMatchObject({ connectionString: text });
});

test('settings are passed to pg as they are', () => {
  expect(connect({ host: 'db', port: 5433 })).toMatchObject({ host: 'db', port: 5433 });
});

test.for([
  [undefined, 'got undefined: is the environment variable it comes from set?'],
  [null, 'got null'],
  [5432, 'got number'],
  ['', 'got an empty string'],
  ['localhost/shop', 'got text without a scheme'],
  ['http://localhost/shop', 'got http:…'],
  ['mysql://ada:secret@db/shop', 'got mysql:…'],
] as const)('%s names no database', ([database, given]) => {
  const message = `database must be a connection string such as postgresql://user@host:5432/database, ${given}`;
  expect(() => connect(database)).toThrow(new TypeError(message));
});
