// A pg client for writing: among several hosts it finds the server that can write, it rejects servers that cannot, and
// it closes in time.

import pg from 'pg';
import { CannotWrite } from './cannot-write.ts';
import { CONNECTION_LIMITS } from './connection-limits.ts';
import { type Host, hostsIn, readHosts, type Settings } from './hosts.ts';
import { requireWriting } from './writing.ts';

/** pg's settings, and mustWrite. */
export interface PrimarySettings extends Settings {
  /**
   * False accepts any server, for reading only; among several hosts, the one that can write is still chosen. Default
   * true.
   */
  mustWrite?: boolean;
}

/** How long the server may take to close a connection before its socket is destroyed. */
const END_MS = 1_000;

export class PrimaryClient extends pg.Client {
  readonly #given: string | PrimarySettings;
  readonly #hosts: Host[];
  readonly #mustWrite: boolean;
  #ending = false;

  /** @throws TypeError for invalid hosts, ports or target_session_attrs */
  constructor(given: string | PrimarySettings) {
    const { config, hosts } = readHosts(given);
    super(config);
    // Without a listener the event would end the process; queries reject with the error anyway.
    this.on('error', () => {});
    this.#given = given;
    this.#hosts = hosts.length > 0 ? hosts : hostsIn(this.host, String(this.port)); // pg has read PGHOST
    this.#mustWrite = typeof given === 'string' || (given.mustWrite ?? true);
  }

  override connect(): Promise<pg.Client>;
  override connect(callback: (error: Error) => void): void;
  override connect(callback?: (error: Error) => void): Promise<pg.Client> | undefined {
    const connected = this.open();
    if (callback === undefined) return connected;
    connected.then(() => (callback as () => void)(), callback);
    return undefined;
  }

  override end(): Promise<void>;
  override end(callback: (error: Error) => void): void;
  override end(callback?: (error: Error) => void): Promise<void> | undefined {
    this.#ending = true;
    const { connection } = this as unknown as Wire;
    const late = setTimeout(() => connection.stream.destroy(), END_MS);
    late.unref();
    connection.once('end', () => clearTimeout(late));
    return callback ? (super.end(callback) as undefined) : super.end();
  }

  /** Whether `end` was called. */
  protected get ending(): boolean {
    return this.#ending;
  }

  /** Returns another, unconnected client of the same server, with only the settings that were given. */
  another(): PrimaryClient {
    return this.#at({ host: this.host, port: this.port }, this.#mustWrite);
  }

  /** Called before connecting, once host and port are known. */
  protected prepare(): void {}

  protected async open(): Promise<pg.Client> {
    if (this.#hosts.length > 1) aim(this, await this.#findPrimary());
    this.prepare();
    await super.connect();
    try {
      if (this.#mustWrite) await requireWriting(this);
    } catch (error) {
      await this.end();
      throw error;
    }
    return this;
  }

  /**
   * Finds the first host that responds and can write. All are tried in parallel, so an unreachable one does not delay
   * the others.
   */
  async #findPrimary(): Promise<Host> {
    const tried = this.#hosts.map((host) => this.#try(host));
    try {
      return await Promise.any(tried);
    } catch (error) {
      const reasons = (error as AggregateError).errors.map(
        ({ message, code }, i) => `${this.#hosts[i]?.host}:${this.#hosts[i]?.port}: ${message || code}`,
      );
      throw new CannotWrite(`none of the hosts can write: ${reasons.join('; ')}`, { cause: error });
    }
  }

  async #try(host: Host): Promise<Host> {
    const probe = this.#at(host, true);
    try {
      await probe.connect();
      return host;
    } finally {
      void probe.end();
    }
  }

  #at(host: Host, mustWrite: boolean): PrimaryClient {
    const given = typeof this.#given === 'string' ? { connectionString: this.#given } : this.#given;
    const client = new PrimaryClient({ ...CONNECTION_LIMITS, ...given, mustWrite });
    client.#hosts.length = 0;
    aim(client, host);
    return client;
  }
}

/** Internals of pg's client, which its types omit. */
interface Wire {
  connection: { stream: { destroy(): void }; once(event: 'end', heard: () => void): void };
  connectionParameters: { host: string; port: number };
}

function aim(client: pg.Client, { host, port }: Host): void {
  Object.assign(client, { host, port });
  Object.assign((client as unknown as Wire).connectionParameters, { host, port });
}

/** A client for busy pools: opening a connection has a shorter timeout than waiting for a free one. */
export class HastyClient extends PrimaryClient {
  constructor(given: PrimarySettings) {
    super({ ...given, connectionTimeoutMillis: CONNECTION_LIMITS.connectionTimeoutMillis });
  }
}
