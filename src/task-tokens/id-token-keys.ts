// The keys of ID tokens that operators registered, newest first, as far as this process can read them.
//
// A new key is published before it signs, so that verifiers that keep the published keys for a while know it by then.
// The previous ones stay published until they expire: tokens that they signed are still in use.

import { ID_TOKENS, type Key } from '../domain/key.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import { readSecret } from '../runtime/secret-source.ts';
import { type PrivateKey, type PublicKey, readPrivateKey } from './private-key.ts';

/** How long verifiers may keep the published keys. */
export const PUBLISHED_SECONDS = 300;
/** How long a key is published before it signs. */
export const ANNOUNCED_SECONDS = 900;
/** For how long the list of keys is not asked for again. */
const FRESH_MS = 5_000;

/** A token can't be had: what signs or gets it is not configured, or can't be read in this process. */
export class TokenUnavailable extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TokenUnavailable';
  }
}

export interface IdTokenKeysOptions {
  /** Reads taskqueue.keys. */
  load(): Promise<readonly Key[]>;
  /** Reference of a key that is used while taskqueue.keys has none. */
  fallback: string | undefined;
  clock: Clock;
  logger: Logger;
}

interface ReadKey {
  created: number;
  key: PrivateKey;
}

export class IdTokenKeys {
  readonly #options: IdTokenKeysOptions;
  readonly #warned = new Set<string>();
  #listed: readonly Key[] | undefined;
  #read: Promise<ReadKey[]> = Promise.resolve([]);
  #freshUntil = -Infinity;
  #loading: Promise<void> | undefined;

  constructor(options: IdTokenKeysOptions) {
    this.#options = options;
  }

  /**
   * The key that signs at a moment.
   *
   * @param now milliseconds since 1970 by the database's clock
   * @throws TokenUnavailable; the database's error while the keys are not known
   */
  async signer(now: number): Promise<PrivateKey> {
    const keys = await this.#keys();
    const announced = keys.find(({ created }) => created <= now - ANNOUNCED_SECONDS * 1000) ?? keys.at(-1);
    if (announced) return announced.key;
    throw new TokenUnavailable(
      (this.#listed?.length ?? 0) > 0
        ? 'no signing key of ID tokens can be read in this process: see taskqueue.keys'
        : `there is no signing key of ID tokens; set one with taskqueue.rotate_key('${ID_TOKENS}', 'file:/…') ` +
            `or pgtaskqueue keys rotate ${ID_TOKENS} --reference file:/…`,
    );
  }

  /** All keys that tokens may be verified with, newest first. */
  async published(): Promise<PublicKey[]> {
    return (await this.#keys()).map(({ key }) => key.published);
  }

  /** If the list can't be read again, the last one is used. */
  async #keys(): Promise<ReadKey[]> {
    if (this.#options.clock.now() >= this.#freshUntil) {
      this.#loading ??= this.#load().finally(() => {
        this.#loading = undefined;
      });
      await this.#loading.catch((error) => {
        if (!this.#listed) throw error;
      });
    }
    return this.#read;
  }

  async #load(): Promise<void> {
    const { load, clock } = this.#options;
    const listed = (await load()).filter(({ target }) => target === ID_TOKENS);
    this.#freshUntil = clock.now() + FRESH_MS;
    this.#listed = listed.length > 0 ? listed : this.#fallback();
    this.#read = this.#readAll(this.#listed);
    await this.#read;
  }

  #fallback(): Key[] {
    const { fallback: reference } = this.#options;
    return reference === undefined ? [] : [{ target: ID_TOKENS, reference, created: new Date(0), expires: null }];
  }

  async #readAll(listed: readonly Key[]): Promise<ReadKey[]> {
    const newestFirst = listed.toSorted((a, b) => b.created.getTime() - a.created.getTime());
    const read = await Promise.all(newestFirst.map((key) => this.#readOne(key)));
    return read.filter((key) => key !== undefined);
  }

  /** A key that can't be read is logged once. */
  async #readOne({ reference, created }: Key): Promise<ReadKey | undefined> {
    try {
      const key = await readPrivateKey(readSecret(reference));
      this.#warned.delete(reference);
      return { created: created.getTime(), key };
    } catch (error) {
      if (!this.#warned.has(reference))
        this.#options.logger.warn('could not read a key of ID tokens; others sign, if there are any', {
          reference,
          error,
        });
      this.#warned.add(reference);
      return undefined;
    }
  }
}
