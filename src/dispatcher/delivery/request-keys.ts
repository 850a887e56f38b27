// The keys that sign the requests to a target: those given in code and those that operators registered, chosen by the
// same rules as targets.

import { ID_TOKENS, type Key } from '../../domain/key.ts';
import type { SigningKey } from '../../domain/signing/signing-key.ts';
import type { Logger } from '../../runtime/logger.ts';
import { Memo } from '../../runtime/memo.ts';
import { readKeys } from '../../runtime/secret-source.ts';
import { UnusableKey } from './outcome.ts';
import { byPattern } from './target-patterns.ts';

/**
 * Secrets by target name or pattern: `whsec_…`, `env:NAME` or `file:/path`. If there are several, each of them signs.
 */
export type SigningSecrets = Record<string, string | readonly string[]>;

const UNSIGNED: readonly SigningKey[] = [];

/** Keys are decoded when they are registered, not when they sign. */
export class RequestKeys {
  readonly #own: Map<string, SigningKey[]>;
  readonly #logger: Logger;
  readonly #warned = new Set<string>();
  #stored = new Map<string, SigningKey[]>();
  readonly #keys = new Memo((name: string) => this.#keysOf(name));

  /** @throws TypeError if a secret is invalid or cannot be read */
  constructor(own: SigningSecrets, logger: Logger) {
    this.#own = new Map(Object.entries(own).map(([target, secrets]) => [target, [secrets].flat().flatMap(readKeys)]));
    this.#logger = logger;
  }

  /**
   * Replaces the known entries of taskqueue.keys and reads their secrets again. A secret that cannot be read is logged
   * once. If its target has another one, such as an older one during rotation, that one signs alone.
   */
  setStored(keys: readonly Key[]): void {
    const stored = new Map<string, SigningKey[]>();
    for (const key of keys) {
      if (key.target === ID_TOKENS) continue;
      const sofar = stored.get(key.target) ?? [];
      stored.set(key.target, [...sofar, ...this.#read(key)]);
    }
    this.#stored = stored;
    this.#keys.forget();
  }

  /**
   * The keys for a task's target; none: its requests are not signed.
   *
   * @param name null: `default`
   * @throws UnusableKey if it has keys but none of them can be read: nothing may be sent then
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
        this.#logger.warn('could not read a signing key; if its target has no other, no request is sent to it', {
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
