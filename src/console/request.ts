// A request as the pages see it, made from that of HTTP.

import { type Caller, may } from '../access/caller.ts';
import { executorFor } from '../http/behalf.ts';
import type { RequestContext } from '../http/route.ts';
import type { Executor } from '../postgres/executor.ts';
import type { ConsoleAddress } from './address.ts';
import type { FormTokens } from './form-tokens.ts';
import type { ConsoleRequest, FormFields } from './route.ts';

export interface RequestSource {
  executor: Executor;
  address: ConsoleAddress;
  tokens: FormTokens;
  snapshot: ConsoleRequest['snapshot'];
  /** Called after each act, so that the next page shows what came of it. */
  acted: () => void;
}

export function requestOf(context: RequestContext, caller: Caller, source: RequestSource): ConsoleRequest {
  let fields: Promise<FormFields> | undefined;
  return {
    context,
    caller,
    address: source.address,
    here: source.address.pageAt(new URL(context.req.url)),
    executor: executorFor(context, source.executor),
    formToken: source.tokens.of(caller),
    snapshot: source.snapshot,
    param: (name) => context.req.param(name) ?? '',
    query: (name) => context.req.query(name) || undefined,
    form: () => {
      fields ??= readForm(context);
      return fields;
    },
    may: (right, queue) => may(caller, right, queue),
  };
}

async function readForm({ req }: RequestContext): Promise<FormFields> {
  const sent = new URLSearchParams(await req.text());
  return {
    get: (name) => sent.getAll(name).at(-1)?.trim() || undefined,
    all: (name) => sent.getAll(name),
  };
}
