// A Request whose parts are created only when a handler uses more than URL, method and signal: most of the cost of
// calling a handler is creating headers, a body stream and a signal that it may never read.
//
// It is an instance of Request and has all of its members. But because of JavaScript's private fields it cannot be the
// first argument of `new Request` or `fetch`: pass them `request.clone()`, which the platform creates.

/** The members that need no platform Request. */
export interface Known {
  url: string;
  method: string;
  /**
   * This signal itself is used because the platform's Request would create one that follows it only while the request
   * is in memory: a handler that keeps nothing but that signal would never see its deadline.
   */
  readonly signal: AbortSignal;
}

class LazyRequest {
  readonly #known: Known;
  readonly #make: () => Request;
  #made: Request | undefined;

  constructor(known: Known, make: () => Request) {
    this.#known = known;
    this.#make = make;
  }

  get url(): string {
    return this.#known.url;
  }

  get method(): string {
    return this.#known.method;
  }

  get signal(): AbortSignal {
    return this.#known.signal;
  }

  static made(request: LazyRequest): Request {
    request.#made ??= request.#make();
    return request.#made;
  }
}

/** All members of the platform's Request, whichever its version has. */
for (const [name, member] of Object.entries(Object.getOwnPropertyDescriptors(Request.prototype))) {
  if (Object.hasOwn(LazyRequest.prototype, name)) continue;
  const forward = member.get ? { get: read(name as keyof Request) } : { value: method(name as 'text'), writable: true };
  Object.defineProperty(LazyRequest.prototype, name, { ...forward, configurable: true });
}
Object.setPrototypeOf(LazyRequest.prototype, Request.prototype);

/** @param make creates the platform's request; called at most once, when it is needed */
export function lazyRequest(known: Known, make: () => Request): Request {
  return new LazyRequest(known, make) as unknown as Request;
}

function read(name: keyof Request) {
  return function (this: LazyRequest) {
    return LazyRequest.made(this)[name];
  };
}

function method(name: 'text') {
  return function (this: LazyRequest, ...given: []) {
    return LazyRequest.made(this)[name](...given);
  };
}
