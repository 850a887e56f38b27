// Lets a handler of this process run later than it does: while it works, `Date` is ahead.

/** Runs the work with `Date.now()` and `new Date()` this many milliseconds ahead. */
export async function runningLater<Result>(ms: number, work: () => Promise<Result>): Promise<Result> {
  if (ms === 0) return work();
  const Real = globalThis.Date;
  const now = () => Real.now() + ms;
  globalThis.Date = new Proxy(Real, {
    construct: (target, given, created) => Reflect.construct(target, given.length === 0 ? [now()] : given, created),
    apply: () => new Real(now()).toString(),
    get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
  });
  try {
    return await work();
  } finally {
    globalThis.Date = Real;
  }
}
