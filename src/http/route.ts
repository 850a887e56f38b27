// What the application is made of: routes, which are data. None can be mounted without saying what its caller must be allowed to do.

import type { Context } from 'hono';
import type { Right } from '../domain/rights.ts';
import type { Caller } from './caller.ts';

/** What a request brings along, and what is known of it when it reaches its route. */
export interface HttpEnv {
  Bindings: {
    /** Address of who is connected; undefined: unknown, which is nobody's. */
    peer?: string | undefined;
  };
  Variables: {
    /** Undefined on open routes alone. */
    caller: Caller | undefined;
    requestId: string;
  };
}

export type RequestContext = Context<HttpEnv>;

/** A right, and which queue it is needed on. */
export interface Need {
  right: Right;
  /** The path's parameter that names the queue; undefined: the right is needed on all. */
  queue?: string;
}

export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'ALL';
  /** After the surface's prefix; `:name` is a parameter. */
  path: string;
  /** `known`: whoever has a good credential. What is open to strangers is no matter of a route: open-routes.ts. */
  needs: Need | 'known';
  /** A page for people: links of other sites may lead to it. */
  page?: boolean;
  /**
   * Takes bodies that are not JSON. A web page can send such without asking, and an empty one as well: no cookie may stand for a caller where the
   * body is not JSON.
   */
  takesBytes?: boolean;
  answer: (context: RequestContext) => Response | Promise<Response>;
}

/** Routes that belong together: one prefix, one way to say what went wrong. */
export interface Surface {
  prefix: string;
  routes: readonly Route[];
  renderError: (error: unknown, context: RequestContext) => Response;
  /** Google's: a token may stand in the URL. Nowhere else, as URLs end up in logs. */
  tokensInUrl?: boolean;
  /** Another way to have a right: an access list of the surface's own. */
  admits?: (context: RequestContext, caller: Caller, right: Right, queue: string) => Promise<boolean>;
}
