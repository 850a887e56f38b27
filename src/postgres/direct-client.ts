// pg clients for connections that are meant to be direct: those of dispatchers, keepers, settlers, listeners, schedulers, migrations and commands.
//
// They bring their own settings along in the startup packet (`options`), which go before those of the login's role and of the database: an object that
// somebody has planted in a schema of the login's search_path is out of reach, and values are read as they are written. Nothing is said with SET, so
// nothing of it can reach the next user of a pooled connection.
//
// A pooler may refuse startup options (PgBouncer does, 08P01; Amazon's RDS Proxy, 0A000), or drop them. Statements of ours are safe without them; so where
// they were refused once, they are left out from then on, and `pinned` tells what came of it.

import pg from 'pg';
import { PrimaryClient, type PrimarySettings } from './primary-client.ts';

const PATH = 'pg_catalog, pg_temp';

const SETTINGS: Record<string, string> = {
  search_path: PATH,
  array_nulls: 'on',
  bytea_output: 'hex',
  'citus.enable_ddl_propagation': 'off', // what is made here is made on this node alone
  client_min_messages: 'notice', // a commit that no standby confirmed is a warning
  DateStyle: 'ISO, MDY',
  default_transaction_isolation: 'read committed',
  extra_float_digits: '1',
  IntervalStyle: 'postgres',
  row_security: 'on',
  standard_conforming_strings: 'on',
  transform_null_equals: 'off',
};

const REFUSALS = ['08P01', '0A000'];

/** What pg makes of connection strings, settings and variables; its types leave it out. */
interface ConnectionParameters {
  host: string;
  port: number;
  database: string;
  options?: string;
  lock_timeout?: number;
}

/** Servers and databases behind a pooler that refuses startup options. */
const refusing = new Set<string>();

export class DirectClient extends PrimaryClient {
  /** Once connected: whether the server has confirmed that the search_path is ours. */
  pinned = false;

  readonly #more: Record<string, string>;

  /** @param more settings of PostgreSQL for this connection, beside those of all */
  constructor(given: string | PrimarySettings, more: Record<string, string> = {}) {
    super(given);
    this.#more = more;
  }

  protected override prepare(): void {
    const parameters = parametersOf(this);
    const { options, lock_timeout } = parameters;
    delete parameters.lock_timeout; // it travels with the options: who refuses one refuses the other
    if (refusing.has(placeOf(parameters))) return;
    const settings = { ...SETTINGS, ...this.#more, ...(lock_timeout ? { lock_timeout } : {}) };
    const ours = Object.entries(settings).map(([name, value]) => `-c ${name}=${String(value).replaceAll(' ', '\\ ')}`);
    parameters.options = [...(options ? [options] : []), ...ours].join(' ');
  }

  protected override async open(): Promise<pg.Client> {
    try {
      await super.open();
    } catch (error) {
      if (isRefusal(error)) refusing.add(placeOf(parametersOf(this)));
      throw error;
    }
    const { rows } = await this.query(`select pg_catalog.current_setting('search_path') as path`);
    this.pinned = rows[0].path === PATH;
    return this;
  }
}

/** A pool of direct clients. */
export class DirectPool extends pg.Pool {
  constructor(config: pg.PoolConfig) {
    super({ ...config, Client: DirectClient } as object);
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(callback: PoolCallback): void;
  override connect(callback?: PoolCallback): Promise<pg.PoolClient> | undefined {
    if (callback === undefined) return onceMore(() => super.connect());
    super.connect((error, client, release) => {
      if (isRefusal(error)) super.connect(callback);
      else callback(error, client, release);
    });
    return undefined;
  }
}

type PoolCallback = Parameters<typeof pg.Pool.prototype.connect>[0];

/** Connects, and once more if a pooler refused the options: the next client has none. */
export async function onceMore<Connected>(connect: () => Promise<Connected>): Promise<Connected> {
  try {
    return await connect();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return connect();
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof pg.DatabaseError && REFUSALS.includes(error.code ?? '');
}

function parametersOf(client: pg.Client): ConnectionParameters {
  return (client as unknown as { connectionParameters: ConnectionParameters }).connectionParameters;
}

function placeOf({ host, port, database }: ConnectionParameters): string {
  return `${host}:${port}/${database}`;
}
