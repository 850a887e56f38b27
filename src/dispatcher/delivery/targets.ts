// Resolves a task's target to a base URL or a function in this process.

import type { Target } from '../../domain/target.ts';
import { Memo } from '../../runtime/memo.ts';
import { byPattern, fillIn, isOpenPattern } from './target-patterns.ts';

/**
 * A fetch handler, such as `app.fetch` of Hono. Its request is created lazily; to pass it on to `new Request` or
 * `fetch`, pass `request.clone()`.
 */
export type FetchFunction = (request: Request) => Response | Promise<Response>;

export type DispatcherTarget = string | FetchFunction;

/** A target that an operator registered. */
export type StoredTarget = Pick<Target, 'name' | 'url' | 'maxConcurrent'>;

/**
 * Targets by name and pattern. A pattern contains `*` for any text, and its URL may contain `{target}` for the
 * requested name: `{ '*': 'http://{target}.internal:8080' }`. If `{target}` ends the host, only public addresses are
 * allowed. A name takes precedence over a pattern, a longer pattern over a shorter one, and, among equals, the
 * dispatcher's own options over those stored in the database.
 *
 * A task may also name its target by a host below the application's own, which is the host of `default`:
 * `v2.worker.app.example.com` is `v2.worker`.
 */
export class Targets {
  readonly #own: Map<string, DispatcherTarget>;
  #stored = new Map<string, DispatcherTarget>();
  #bounds = new Map<string, number | null>();
  readonly #names = new Memo((target: string) => this.#nameOf(target));
  readonly #targets = new Memo((name: string) => this.#targetOf(name));
  readonly #boundsOf = new Memo((name: string) => this.#boundOf(name));
  readonly #openness = new Memo((name: string) => this.#isOpen(name));

  constructor(own: Record<string, DispatcherTarget> = {}) {
    this.#own = new Map(Object.entries(own));
  }

  /** Replaces the known entries of taskqueue.targets. */
  setStored(targets: readonly StoredTarget[]): void {
    this.#stored = new Map(targets.map(({ name, url }) => [name, url]));
    this.#bounds = new Map(targets.map(({ name, maxConcurrent }) => [name, maxConcurrent]));
    for (const memo of [this.#names, this.#targets, this.#boundsOf, this.#openness]) memo.forget();
  }

  /** The name by which a task's target is known. Null: `default`. */
  nameOf(target: string | null): string {
    return target === null ? 'default' : this.#names.of(target);
  }

  /** The target of a name. Null: `default`. Undefined: there is no such target. */
  resolve(name: string | null): DispatcherTarget | undefined {
    return this.#targets.of(this.nameOf(name));
  }

  /**
   * True if the name decides whose host it is: requests then go only to addresses that any task may name
   * (target-patterns.ts).
   */
  isOpen(name: string | null): boolean {
    return this.#openness.of(this.nameOf(name));
  }

  /** How many requests may be under way to the target of this name (nameOf) at the same time. */
  boundOf(name: string): number {
    return this.#boundsOf.of(name);
  }

  #nameOf(target: string): string {
    if (this.#exactly(target) !== undefined) return target;
    const own = this.#ownHost();
    const host = target.replace(/:\d+$/, '');
    if (own === undefined || host === own) return host === own ? 'default' : target;
    return host.endsWith(`.${own}`) ? host.slice(0, -own.length - 1) : target;
  }

  #targetOf(wanted: string): DispatcherTarget | undefined {
    const target = this.#exactly(wanted) ?? this.#patterned(wanted);
    return typeof target === 'string' ? fillIn(target, wanted) : target;
  }

  #isOpen(wanted: string): boolean {
    const target = this.#exactly(wanted) === undefined ? this.#patterned(wanted) : undefined;
    return typeof target === 'string' && isOpenPattern(target);
  }

  #patterned(wanted: string): DispatcherTarget | undefined {
    return byPattern([...this.#own, ...this.#stored], wanted);
  }

  #boundOf(name: string): number {
    return this.#bounds.get(name) ?? (this.#bounds.has(name) ? null : byPattern(this.#bounds, name)) ?? Infinity;
  }

  #exactly(name: string): DispatcherTarget | undefined {
    return this.#own.get(name) ?? this.#stored.get(name);
  }

  /** The application's default hostname; undefined if its handlers are in this process, or it has no `default`. */
  #ownHost(): string | undefined {
    const target = this.#exactly('default');
    return typeof target === 'string' ? URL.parse(target)?.hostname : undefined;
  }
}
