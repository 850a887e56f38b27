// A pg client for those who write: it finds the server that can among several hosts, refuses one that can't, and ends in time.

import pg from 'pg';
import { CannotWrite } from './cannot-write.ts';
import { CONNECTION_LIMITS } from './connection-limits.ts';
import { type Place, placesOf, readPlaces, type Settings } from './hosts.ts';
import { requireWriting } from './writing.ts';

/** Settings of pg, and one of ours. */
export interface PrimarySettings extends Settings {
  /** False: any server will do, as for looking only. Of several hosts it is still the one that can write. Default true. */
  mustWrite?: boolean;
}

/** After that the socket of a connection that is ended and does not answer is closed. */
const END_MS = 1_000;

export class PrimaryClient extends pg.Client {
  readonly #given: string | PrimarySettings;
  readonly #places: Place[];
  readonly #mustWrite: boolean;

  /** @throws TypeError for hosts, ports or a target_session_attrs that make no sense */
  constructor(given: string | PrimarySettings) {
    const { config, places } = readPlaces(given);
    super(config);
    this.on('error', () => {}); // an event that nobody listens to ends the process: who asks learns it by the answer, who waits listens
    this.#given = given;
    this.#places = places.length > 0 ? places : placesOf(this.host, String(this.port)); // pg has read PGHOST
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
    const { connection } = this as unknown as Wire;
    const late = setTimeout(() => connection.stream.destroy(), END_MS);
    late.unref();
    connection.once('end', () => clearTimeout(late));
    return callback ? (super.end(callback) as undefined) : super.end();
  }

  /** Another client of the same server, not connected yet. It brings no settings along but those that were given. */
  another(): PrimaryClient {
    return this.#at({ host: this.host, port: this.port }, this.#mustWrite);
  }

  /** Called when it is clear where it connects to, before it does. */
  protected prepare(): void {}

  protected async open(): Promise<pg.Client> {
    if (this.#places.length > 1) aim(this, await this.#findPrimary());
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

  /** The first that answers and can write. All are asked at once: one that is gone must not hold up the others. */
  async #findPrimary(): Promise<Place> {
    const tried = this.#places.map((place) => this.#try(place));
    try {
      return await Promise.any(tried);
    } catch (error) {
      const reasons = (error as AggregateError).errors.map(
        ({ message, code }, i) => `${this.#places[i]?.host}:${this.#places[i]?.port}: ${message || code}`,
      );
      throw new CannotWrite(`none of the hosts is a server that can write: ${reasons.join('; ')}`, { cause: error });
    }
  }

  async #try(place: Place): Promise<Place> {
    const probe = this.#at(place, true);
    try {
      await probe.connect();
      return place;
    } finally {
      void probe.end();
    }
  }

  #at(place: Place, mustWrite: boolean): PrimaryClient {
    const given = typeof this.#given === 'string' ? { connectionString: this.#given } : this.#given;
    const client = new PrimaryClient({ ...CONNECTION_LIMITS, ...given, mustWrite });
    client.#places.length = 0;
    aim(client, place);
    return client;
  }
}

/** What pg's client is made of; its types leave it out. */
interface Wire {
  connection: { stream: { destroy(): void }; once(event: 'end', heard: () => void): void };
  connectionParameters: { host: string; port: number };
}

function aim(client: pg.Client, { host, port }: Place): void {
  Object.assign(client, { host, port });
  Object.assign((client as unknown as Wire).connectionParameters, { host, port });
}

/** For pools that many wait for: who connects has less patience than who waits for a connection to be free. */
export class HastyClient extends PrimaryClient {
  constructor(given: PrimarySettings) {
    super({ ...given, connectionTimeoutMillis: CONNECTION_LIMITS.connectionTimeoutMillis });
  }
}
