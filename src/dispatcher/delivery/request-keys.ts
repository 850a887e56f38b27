// Which keys sign the requests to a target: those given in code and those that operators registered, by the rules of targets.

import type { Key } from '../../domain/key.ts';
import type { SigningKey } from '../../domain/signing/signing-key.ts';
import type { Logger } from '../../runtime/logger.ts';
import { Memo } from '../../runtime/memo.ts';
import { readKeys } from '../../runtime/secret-source.ts';
import { UnusableKey } from './outcome.ts';
import { byPattern } from './target-patterns.ts';

/** Names and patterns of targets to secrets: `whsec_…`, `env:NAME` or `file:/path`; of several, each signs. */
export type SigningSecrets = Record<string, string | readonly string[]>;

const UNSIGNED: readonly SigningKey[] = [];

/** Keys are decoded when they are registered, not when they sign. */
export class RequestKeys {
  readonly #own: Map<string, SigningKey[]>;
  readonly #logger: Logger;
  readonly #warned = new Set<string>();
  #stored = new Map<string, SigningKey[]>();
  readonly #keys = new Memo((name: string) => this.#keysOf(name));

  /** @throws TypeError for a secret that is none, or can't be read */
  constructor(own: SigningSecrets, logger: Logger) {
    this.#own = new Map(Object.entries(own).map(([target, secrets]) => [target, [secrets].flat().flatMap(readKeys)]));
    this.#logger = logger;
  }

  /**
   * Replaces what is known of taskqueue.keys, and reads the secrets again. One that can't be read is warned of once. If its target has
   * another, an older one while keys are rotated, that one goes on alone.
   */
  setStored(keys: readonly Key[]): void {
    const stored = new Map<string, SigningKey[]>();
    for (const key of keys) {
      const sofar = stored.get(key.target) ?? [];
      stored.set(key.target, [...sofar, ...this.#read(key)]);
    }
    this.#stored = stored;
    this.#keys.forget();
  }

  /**
   * The keys for a task's target; none: nobody wants its requests signed.
   *
   * @param name null: `default`
   * @throws UnusableKey when it has keys and none of them can be read: nothing may be sent then
   */
  of(name: string | null): readonly SigningKey[] {
    if (this.#own.size === 0 && this.#stored.size === 0) return UNSIGNED;
    const wanted = name ?? 'default';
    const keys = this.#keys.of(wanted);
    if (keys?.length === 0) throw new UnusableKey(wanted);
    return keys ?? UNSIGNED;
  }

  #keysOf(wanted: string): SigningKey[] | undefined {
    return this.#own.get(wanted) ?? this.#stored.get(wanted) ?? byPattern([...this.#own, ...this.#stored], wanted);
  }

  #read({ target, reference }: Key): SigningKey[] {
    const known = JSON.stringify([target, reference]);
    try {
      const keys = readKeys(reference);
      this.#warned.delete(known);
      return keys;
    } catch (error) {
      if (!this.#warned.has(known)) {
        this.#logger.warn('a signing key can not be read: without another, no request is sent to its target', {
          target,
          reference,
          error,
        });
      }
      this.#warned.add(known);
      return [];
    }
  }
}
