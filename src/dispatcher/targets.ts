// Where a task's target is: a base URL or a function in this process.

/**
 * A fetch handler, such as `app.fetch` of Hono. Its request is made as far as it is looked at; to pass it on to `new Request` or `fetch`, pass
 * `request.clone()`.
 */
export type FetchFunction = (request: Request) => Response | Promise<Response>;

export type Target = string | FetchFunction;

/** What a target's name may hold, so that `{target}` in a pattern's URL can't smuggle anything into it. */
const TARGET_NAME = /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/;

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
    const target = this.#own.get(wanted) ?? this.#stored.get(wanted) ?? this.#byPattern(wanted);
    return typeof target === 'string' ? target.replaceAll('{target}', wanted) : target;
  }

  #byPattern(wanted: string): Target | undefined {
    if (!TARGET_NAME.test(wanted)) return undefined;
    const patterns = [...this.#own, ...this.#stored].filter(([pattern]) => matches(pattern, wanted));
    return patterns.sort(([a], [b]) => b.length - a.length)[0]?.[1];
  }
}

function matches(pattern: string, name: string): boolean {
  if (!pattern.includes('*')) return false;
  const escaped = pattern.split('*').map((text) => text.replace(/[^A-Za-z0-9]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`).test(name);
}
