import { chownSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig, requireDatabase, requireSafeAddress } from '../../src/server/config.ts';
import { ConfigError } from '../../src/server/config-error.ts';
import { findDevState, removeDevState, writeDevState } from '../../src/server/dev-state.ts';
import { VARIABLES } from '../../src/server/variables.ts';

const OPTION = 'postgresql://option:secret@host/one';
const FIRST = 'postgresql://first:secret@host/two';
const SECOND = 'postgresql://second:secret@host/three';
const dev = { pid: process.pid, databaseUrl: 'postgresql://dev:secret@host/four', url: 'http://127.0.0.1:8123' };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'config-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the database', () => {
  test('option beats environment beats libpq beats a running dev', () => {
    const dataDir = join(folder, 'running');
    writeDevState(dataDir, dev);
    const environment = {
      PGTASKQUEUE_DIRECT_URL: FIRST,
      PGTASKQUEUE_DATABASE_URL: FIRST,
      DATABASE_URL: SECOND,
      PGHOST: 'db.example',
      PGDATABASE: 'shop',
    };
    const from = (given: string | undefined, keep: number) =>
      readConfig({ databaseUrl: given, dataDir }, Object.fromEntries(Object.entries(environment).slice(keep))).database
        ?.from;
    expect(from(OPTION, 0)).toBe('option');
    expect(from(undefined, 0)).toBe('PGTASKQUEUE_DIRECT_URL');
    expect(from(undefined, 1)).toBe('PGTASKQUEUE_DATABASE_URL');
    expect(from(undefined, 2)).toBe('DATABASE_URL');
    expect(from(undefined, 3)).toBe('PG*');
    expect(from(undefined, 5)).toBe('dev');
    removeDevState(dataDir);
    expect(from(undefined, 5)).toBeUndefined();
  });

  test('an empty variable is as good as none', () => {
    const config = readConfig({ dataDir: folder }, { DATABASE_URL: '', PGTASKQUEUE_TOKEN: '', PGHOST: '' });
    expect([config.database, config.token]).toEqual([undefined, undefined]);
  });

  test('without one, the error names the five ways', () => {
    const ask = () => requireDatabase(readConfig({ dataDir: folder }, {}));
    expect(ask).toThrow(ConfigError);
    for (const way of ['--database-url', 'DATABASE_URL', 'PGHOST', 'PGTASKQUEUE_CONFIG', 'pgtaskqueue dev'])
      expect(ask).toThrow(way);
  });

  test("libpq's variables become settings", () => {
    const environment = {
      PGHOST: 'db.example',
      PGPORT: '6000',
      PGUSER: 'ada',
      PGDATABASE: 'shop',
      PGPASSWORD: 'secret',
    };
    const database = readConfig({}, environment).database;
    expect(database?.connection).toEqual({ host: 'db.example', port: 6000, user: 'ada', database: 'shop' });
    expect(database?.label).toBe('postgresql://ada@db.example:6000/shop');
  });

  test.each(['mysql://user:secret@host/db', 'shop', 'http://user:secret@host'])('%s is no database', (url) => {
    const read = () => readConfig({}, { DATABASE_URL: url });
    expect(read).toThrow(ConfigError);
    expect(read).not.toThrow('secret');
  });

  test('its password is not in its label', () => {
    expect(readConfig({ databaseUrl: OPTION }, {}).database?.label).toBe('postgresql://option@host/one');
    const hidden = readConfig({ databaseUrl: 'postgresql://host/db?password=secret' }, {}).database?.label;
    expect(hidden).not.toContain('secret');
  });
});

describe('cells', () => {
  const cells = [
    { name: 'eu', database: 'postgresql://ada:secret@host/eu' },
    { name: 'us', database: 'env:US_URL' },
  ];
  beforeAll(() => {
    process.env.US_URL = 'postgresql://ada:secret@host:5432/us';
  });
  afterAll(() => {
    delete process.env.US_URL;
  });

  test('are read before the database of the environment, the first one by default', () => {
    const config = readConfig({ cells }, { DATABASE_URL: FIRST, PGHOST: 'other' });
    expect(config.cells).toEqual([
      {
        name: 'eu',
        database: { connection: cells[0]?.database, from: 'cell eu', label: 'postgresql://ada@host/eu' },
      },
      { name: 'us', database: expect.objectContaining({ label: 'postgresql://ada@host:5432/us' }) },
    ]);
    expect(config).toMatchObject({ defaultCell: 'eu', cell: 'eu', database: { from: 'cell eu' } });
    expect(readConfig({}, {})).toMatchObject({ cells: [], defaultCell: undefined, cell: undefined });
  });

  test('a command names another one', () => {
    const of = (cell: string) => readConfig({ cells, defaultCell: 'us', cell }, {});
    expect(readConfig({ cells, defaultCell: 'us' }, {}).database?.from).toBe('cell us');
    expect(of('eu')).toMatchObject({ defaultCell: 'us', cell: 'eu', database: { from: 'cell eu' } });
    expect(() => of('eux')).toThrow(new ConfigError('there is no cell eux; did you mean eu?'));
    expect(() => of('asia')).toThrow(new ConfigError('there is no cell asia; cells: eu, us'));
    expect(() => readConfig({ cell: 'eu' }, {})).toThrow(/there is no cell eu: PGTASKQUEUE_CONFIG names the file/);
  });

  test('do not go with a database of the command line', () => {
    const both = () => readConfig({ cells, databaseUrl: OPTION }, {});
    expect(both).toThrow(/--database-url cannot be used with a settings file that has cells/);
  });

  test('must be different databases', () => {
    const other = { name: 'other', database: 'postgresql://bob@host:5432/eu?sslmode=disable' };
    const message = 'cells eu and other are the same database';
    expect(() => readConfig({ cells: [...cells, other] }, {})).toThrow(new ConfigError(message));
  });

  test.each([
    ['env:NOT_SET', 'the database of cell other must be readable, got env:NOT_SET: the variable is not set in this'],
    ['file:/nowhere', 'the database of cell other must be readable, got file:/nowhere: ENOENT'],
    ['mysql://ada:secret@host/x', 'the database of cell other must be a connection string like postgresql://'],
  ])('with %s as its database, one is refused, and no other', (database, message) => {
    const read = (cell: string) => readConfig({ cells: [...cells, { name: 'other', database }], cell }, {});
    expect(read('eu').cell).toBe('eu');
    expect(() => read('other')).toThrow(message);
    expect(() => read('other')).not.toThrow('secret');
    expect(() => read('eu').cells.map((each) => each.database)).toThrow(message); // as a server of all does
  });
});

describe('the other settings', () => {
  test('have defaults, and cannot be changed afterwards', () => {
    const config = readConfig({}, { DATABASE_URL: FIRST });
    expect(config).toMatchObject({ host: '127.0.0.1', port: 8123, dataDir: '.pgtaskqueue', token: undefined });
    expect(Object.isFrozen(config)).toBe(true);
  });

  test('come from the environment, which an option beats', () => {
    const environment = { PGTASKQUEUE_PORT: '9000', PGTASKQUEUE_HOST: '::1', PGTASKQUEUE_TOKEN: 'abc', NO_COLOR: '1' };
    expect(readConfig({}, environment)).toMatchObject({ port: 9000, host: '::1', token: 'abc', noColor: true });
    expect(readConfig({ port: '9001', host: 'localhost' }, environment)).toMatchObject({
      port: 9001,
      host: 'localhost',
    });
  });

  test('an unknown variable of pgtaskqueue is rejected with the known ones', () => {
    const read = () => readConfig({}, { PGTASKQUEUE_TOKENS: 'abc' });
    expect(read).toThrow('PGTASKQUEUE_TOKENS');
    for (const name of Object.keys(VARIABLES)) expect(read).toThrow(name);
  });

  test('an unknown option is rejected with the known ones', () => {
    expect(() => readConfig({ databaseURL: FIRST } as object, {})).toThrow(/databaseURL.*databaseUrl/);
  });

  test.each(['-1', '65536', '80.5', '', 'http', '1e3'])('%j is no port', (port) => {
    expect(() => readConfig({ port }, {})).toThrow(ConfigError);
  });

  test('where gRPC is served, TLS and connections, by variable or option', () => {
    expect(readConfig({}, {})).toMatchObject({ grpcPort: undefined, tls: undefined, httpConnections: undefined });
    const environment = {
      PGTASKQUEUE_GRPC_PORT: '9001',
      PGTASKQUEUE_TLS_CERT: 'a.crt',
      PGTASKQUEUE_TLS_KEY: 'a.key',
      PGTASKQUEUE_HTTP_CONNECTIONS: '20',
    };
    const tls = { cert: 'a.crt', key: 'a.key' };
    expect(readConfig({}, environment)).toMatchObject({ grpcPort: 9001, tls, httpConnections: 20 });
    const options = { grpcPort: '0', tlsCert: 'b.crt', tlsKey: 'b.key', httpConnections: '1' };
    const other = { cert: 'b.crt', key: 'b.key' };
    expect(readConfig(options, environment)).toMatchObject({ grpcPort: 0, tls: other, httpConnections: 1 });
  });

  test('hosts that tasks may name, by variable or option', () => {
    const environment = { PGTASKQUEUE_ALLOW_URLS: 'hooks.example.com, 10.0.0.0/8' };
    expect(readConfig({}, environment).allowUrls).toEqual(['hooks.example.com', '10.0.0.0/8']);
    expect(readConfig({ allowUrls: ['*'] }, environment).allowUrls).toEqual(['*']);
    expect(readConfig({}, {}).allowUrls).toEqual([]);
  });

  test('the public URL, by variable or option, is an origin', () => {
    const environment = { PGTASKQUEUE_PUBLIC_URL: 'https://Tasks.example.com/' };
    expect(readConfig({}, environment).publicUrl).toBe('https://tasks.example.com');
    expect(readConfig({ publicUrl: 'https://a:8443' }, environment).publicUrl).toBe('https://a:8443');
    expect(readConfig({}, {}).publicUrl).toBeUndefined();
  });

  test.each([
    'http://tasks.example.com',
    'tasks.example.com',
    'https://x/y',
    'https://x?y',
    'https://me@x',
    'https://',
  ])('%j is no public URL', (publicUrl) => {
    expect(() => readConfig({ publicUrl }, {})).toThrow(/the public URL must be an https URL without a path, got/);
  });

  test('how HTTP tasks are authorized, by variable or option', () => {
    const environment = {
      PGTASKQUEUE_ISSUER: 'https://tasks.example.com/x',
      PGTASKQUEUE_AUDIENCE: 'shop',
      PGTASKQUEUE_OAUTH_TOKEN_COMMAND: 'get-token',
    };
    const read = { issuer: 'https://tasks.example.com/x', audience: 'shop', oauthTokenCommand: 'get-token' };
    expect(readConfig({}, environment)).toMatchObject(read);
    expect(readConfig({ ...read, issuer: 'http://localhost' }, environment).issuer).toBe('http://localhost');
    expect(readConfig({}, {}).issuer).toBeUndefined();
  });

  test.each(['tasks.example.com', 'ftp://x', 'https://x?y', 'https://x#y', 'https://me@x', 'https://'])(
    '%j is no issuer',
    (issuer) => {
      expect(() => readConfig({ issuer }, {})).toThrow(ConfigError);
    },
  );

  test.each([
    ['none', {}],
    ['free', { queues: 10, tasks: 1_000_000, bytes: '500M' }],
    ['billed', { queues: 100, tasks: 10_000_000_000 }],
    ['queues=20, tasks=0,bytes=1.5G', { queues: 20, tasks: 0, bytes: '1.5G' }],
  ])('limits of all queues: %s', (text, quotas) => {
    expect(readConfig({}, { PGTASKQUEUE_LIMITS: text }).limits).toEqual(quotas);
    expect(readConfig({ limits: text }, { PGTASKQUEUE_LIMITS: 'free' }).limits).toEqual(quotas);
    expect(readConfig({}, {}).limits).toBeUndefined();
  });

  test.each([
    '',
    'Free',
    'queues',
    'queues=',
    'queues=-1',
    'queues=1.5',
    'tasks=1K',
    'bytes=1X',
    'toString',
    'queues=1;tasks=2',
  ])('limits that are none: %j', (limits) => {
    expect(() => readConfig({ limits }, {})).toThrow(ConfigError);
  });

  test.each([
    { PGTASKQUEUE_CONCURRENCY: '0' },
    { PGTASKQUEUE_CONCURRENCY: 'many' },
    { PGTASKQUEUE_POLL_SECONDS: '-1' },
    { PGTASKQUEUE_TOKEN: 'two words' },
    { PGTASKQUEUE_GRPC_PORT: '70000' },
    { PGTASKQUEUE_TLS_CERT: 'a.crt' },
    { PGTASKQUEUE_TLS_KEY: 'a.key' },
    { PGTASKQUEUE_HTTP_CONNECTIONS: '0' },
    { PGTASKQUEUE_HTTP_CONNECTIONS: '101' },
    { PGTASKQUEUE_HTTP_CONNECTIONS: '2.5' },
    { PGTASKQUEUE_TOKEN: 'line\nbreak' },
  ])('%j is out of range', (environment) => {
    expect(() => readConfig({}, environment)).toThrow(ConfigError);
  });
});

describe('listening', () => {
  test.each(['127.0.0.1', '127.1.2.3', 'localhost', '::1'])('needs no token on %s', (host) => {
    requireSafeAddress({ host, token: undefined });
  });

  test.each(['0.0.0.0', '::', '10.0.0.1', 'tasks.example', '127.0.0.1.evil.example', ''])('needs one on %j', (host) => {
    expect(() => requireSafeAddress({ host, token: undefined })).toThrow('PGTASKQUEUE_TOKEN');
    requireSafeAddress({ host, token: 'abc' });
  });
});

describe('the state of a running dev', () => {
  test('is found from folders below it, and is private to its owner', () => {
    const below = join(folder, 'app', 'src', 'deep');
    mkdirSync(below, { recursive: true });
    writeDevState(join(folder, 'app', '.pgtaskqueue'), dev);
    expect(findDevState('.pgtaskqueue', below)).toEqual(dev);
    expect(statSync(join(folder, 'app', '.pgtaskqueue', 'dev.json')).mode & 0o777).toBe(0o600);
  });

  test('is ignored when its process is gone, or half written', () => {
    const dataDir = join(folder, 'gone');
    mkdirSync(dataDir);
    for (const text of [JSON.stringify({ ...dev, pid: 2 ** 22 - 1 }), '{"pid":', '']) {
      writeFileSync(join(dataDir, 'dev.json'), text);
      expect(findDevState(dataDir)).toBeUndefined();
    }
    writeDevState(dataDir, dev);
    expect(findDevState(dataDir)).toEqual(dev);
  });

  test.skipIf(process.getuid?.() !== 0)('is ignored when somebody else wrote it', () => {
    const dataDir = join(folder, 'planted');
    writeDevState(dataDir, dev);
    chownSync(join(dataDir, 'dev.json'), 65_534, 65_534);
    expect(findDevState(dataDir)).toBeUndefined();
  });

  test('belongs to the process that wrote it first', () => {
    const dataDir = join(folder, 'first');
    const first = { ...dev, pid: process.ppid };
    writeDevState(dataDir, first);
    writeDevState(dataDir, dev);
    removeDevState(dataDir);
    expect(findDevState(dataDir)).toEqual(first);
  });
});

test('how long a stop waits: an option before the environment, within its range', () => {
  const read = (option?: number, variable = '40') =>
    readConfig({ dataDir: folder, stopSeconds: option }, { PGTASKQUEUE_STOP_SECONDS: variable }).stopSeconds;
  expect([read(), read(0), read(undefined, '')]).toEqual([40, 0, undefined]);
  expect(() => read(undefined, '-1')).toThrow(ConfigError);
  expect(() => read(86_401)).toThrow('PGTASKQUEUE_STOP_SECONDS must be a number from 0 to 86400, got 86401');
});
