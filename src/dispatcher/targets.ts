// Where a task's target is: a base URL or a function in this process.

import { byPattern } from './target-patterns.ts';

/**
 * A fetch handler, such as `app.fetch` of Hono. Its request is made as far as it is looked at; to pass it on to `new Request` or `fetch`, pass
 * `request.clone()`.
 */
export type FetchFunction = (request: Request) => Response | Promise<Response>;

export type Target = string | FetchFunction;

/**
 * Names and patterns to targets. A pattern holds `*` for any text, and its URL may hold `{target}` for the name that was asked for:
 * `{ '*': 'http://{target}.internal:8080' }`. A name beats a pattern, a longer pattern a shorter one, and, among equals, the
 * dispatcher's own options beat those stored in the database.
 */
export class Targets {
  readonly #own: Map<string, Target>;
  #stored = new Map<string, Target>();

  constructor(own: Record<string, Target> = {}) {
    this.#own = new Map(Object.entries(own));
  }

  /** Replaces what is known of taskqueue.targets. */
  setStored(targets: Map<string, string>): void {
    this.#stored = new Map(targets);
  }

  /** Null: `default`. Undefined: nobody knows this target. */
  resolve(name: string | null): Target | undefined {
    const wanted = name ?? 'default';
    const target =
      this.#own.get(wanted) ?? this.#stored.get(wanted) ?? byPattern([...this.#own, ...this.#stored], wanted);
    return typeof target === 'string' ? target.replaceAll('{target}', wanted) : target;
  }
}
