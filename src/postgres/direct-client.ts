// pg clients for direct connections: those of dispatchers, listeners, schedulers, migrations and commands. They send
// their own settings in the startup packet (`options`), which override those of the login's role and of the database:
// an object planted in a schema of the login's search_path cannot be reached, and values are read as they are written.
// SET is never used, so no setting can leak to the next user of a pooled connection. A pooler may reject startup
// options (PgBouncer with 08P01, Amazon's RDS Proxy with 0A000) or drop them. All statements are safe without them. So
// after one rejection they are omitted, and `pinned` tells whether they are in effect.

import pg from 'pg';
import { PrimaryClient, type PrimarySettings } from './primary-client.ts';

const PATH = 'pg_catalog, pg_temp';

const SETTINGS: Record<string, string> = {
  search_path: PATH,
  array_nulls: 'on',
  bytea_output: 'hex',
  'citus.enable_ddl_propagation': 'off', // objects are created on this node only
  client_min_messages: 'notice', // a commit that no standby confirmed raises a warning
  DateStyle: 'ISO, MDY',
  default_transaction_isolation: 'read committed',
  extra_float_digits: '1',
  IntervalStyle: 'postgres',
  row_security: 'on',
  standard_conforming_strings: 'on',
  transform_null_equals: 'off',
};

const REFUSALS = ['08P01', '0A000'];

/** pg's parsed connection settings, which its types omit. */
interface ConnectionParameters {
  host: string;
  port: number;
  database: string;
  options?: string;
  lock_timeout?: number;
}

/** Servers and databases behind a pooler that rejects startup options. */
const refusing = new Set<string>();

export class DirectClient extends PrimaryClient {
  /** Whether the server has confirmed the search_path, once connected. */
  pinned = false;

  readonly #more: Record<string, string>;

  /** @param more PostgreSQL settings for this connection, beside the common ones */
  constructor(given: string | PrimarySettings, more: Record<string, string> = {}) {
    super(given);
    this.#more = more;
  }

  protected override prepare(): void {
    const parameters = parametersOf(this);
    const { options, lock_timeout } = parameters;
    delete parameters.lock_timeout; // sent with the options: a pooler that rejects one rejects both
    if (refusing.has(addressOf(parameters))) return;
    const settings = { ...SETTINGS, ...this.#more, ...(lock_timeout ? { lock_timeout } : {}) };
    const flags = Object.entries(settings).map(([name, value]) => `-c ${name}=${String(value).replaceAll(' ', '\\ ')}`);
    parameters.options = [...(options ? [options] : []), ...flags].join(' ');
  }

  protected override async open(): Promise<pg.Client> {
    try {
      await super.open();
    } catch (error) {
      // A server that is told the end in the middle of the handshake reports it with the same code.
      if (isRefusal(error) && !this.ending) refusing.add(addressOf(parametersOf(this)));
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

/** Connects, and tries again if a pooler rejected the options: the next client sends none. */
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

function addressOf({ host, port, database }: ConnectionParameters): string {
  return `${host}:${port}/${database}`;
}
