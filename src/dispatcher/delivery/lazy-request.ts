// A Request that is made when a handler looks at more of it than where it goes: most of what calling a handler costs is the making of headers, body stream
// and signal that it may never read.
//
// It is an instance of Request and has all of its members. What JavaScript's private fields forbid it is to be the first argument of `new Request` or
// `fetch`: those take `request.clone()`, which is made by the platform.

/** What is known without making it. */
export interface Known {
  url: string;
  method: string;
  /**
   * The platform's Request would make a signal that follows this one as long as the request itself is in memory: a handler that keeps nothing but the signal would
   * not hear of its deadline.
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

/** The platform's own members, whichever they are in this version of it. */
for (const [name, member] of Object.entries(Object.getOwnPropertyDescriptors(Request.prototype))) {
  if (Object.hasOwn(LazyRequest.prototype, name)) continue;
  const forward = member.get ? { get: read(name as keyof Request) } : { value: method(name as 'text'), writable: true };
  Object.defineProperty(LazyRequest.prototype, name, { ...forward, configurable: true });
}
Object.setPrototypeOf(LazyRequest.prototype, Request.prototype);

/** @param make called once, when it is needed */
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
