// Routes, as data. Each route must state which right its caller needs.

import type { Context } from 'hono';
import type { Caller } from '../access/caller.ts';
import type { Right } from '../domain/rights.ts';

/** The context of a request when it reaches its route. */
export interface HttpEnv {
  Bindings: {
    /** Address of the peer; undefined: unknown, and trusted like no address. */
    peer?: string | undefined;
  };
  Variables: {
    /** Undefined only on open routes. */
    caller: Caller | undefined;
    requestId: string;
    /** Identifies the caller again and checks the route's right, for answers that last. @throws AccessError */
    admitAgain: () => Promise<void>;
  };
}

export type RequestContext = Context<HttpEnv>;

/** A right, and the queue on which it is needed. */
export interface Need {
  right: Right;
  /** The path parameter that names the queue; undefined: the right is needed on all queues. */
  queue?: string;
  /** True: the route checks the right itself, because its message may name the queue. */
  checkedInside?: boolean;
}

export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'ALL';
  /** After the surface's prefix; `:name` is a parameter. */
  path: string;
  /** `known`: any valid credential. Routes without a credential are listed in open-routes.ts. */
  needs: Need | 'known';
  /** True: a page for people, to which other sites may link. */
  page?: boolean;
  /**
   * True: accepts bodies that are not JSON. A web page can send such bodies, and empty ones, without permission, so a
   * cookie must never authenticate a caller here, unless each body carries a token that such a page cannot know.
   */
  takesBytes?: boolean;
  /** Maximum size of a body; default 2 MiB. */
  maxBodyBytes?: number;
  answer: (context: RequestContext) => Response | Promise<Response>;
}

/** A group of routes with one prefix and one format of errors. */
export interface Surface {
  prefix: string;
  routes: readonly Route[];
  renderError: (error: unknown, context: RequestContext) => Response | Promise<Response>;
  /** True: accepts a token in the URL, as Google's API does. No other surface does, because URLs end up in logs. */
  tokensInUrl?: boolean;
  /**
   * Identifies a caller in a way of the surface's own, such as a cookie or a token inside the message. It is asked only
   * about requests that would be anonymous without it, and counts on no other surface.
   *
   * @param identified the caller of a token; undefined: it is not a valid one
   */
  callerOf?: (
    context: RequestContext,
    identified: (token: string) => Promise<Caller | undefined>,
  ) => Promise<Caller | undefined>;
  /** Grants a right in another way, by an access list of the surface. */
  admits?: (context: RequestContext, caller: Caller, right: Right, queue: string) => Promise<boolean>;
}
