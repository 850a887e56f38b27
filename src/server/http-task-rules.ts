// The rules for HTTP tasks of a server: the hosts that operators allowed, and the tokens that it can make.

import type { HttpTaskRules } from '../cloud-tasks/http-task-rules.ts';
import { AllowedUrls, refusedUrl } from '../domain/allowed-urls.ts';
import type { Executor } from '../postgres/executor.ts';
import type { Clock } from '../runtime/clock.ts';
import { listAllowedUrls } from '../store/allowed-urls.ts';
import type { TaskTokens } from '../task-tokens/task-tokens.ts';

/** How long a host stays allowed here after its entry was removed; the dispatcher checks again. */
const FRESH_MS = 5_000;

export function httpTaskRules(executor: Executor, tokens: TaskTokens, clock: Clock): HttpTaskRules {
  let allowed = new AllowedUrls([]);
  let freshUntil = -Infinity;
  const load = async () => {
    allowed = new AllowedUrls(await listAllowedUrls(executor));
    freshUntil = clock.now() + FRESH_MS;
  };
  return {
    async refusedUrl(origin) {
      if (clock.now() < freshUntil && refusedUrl(origin, allowed) === undefined) return undefined;
      await load(); // an entry may be new
      return refusedUrl(origin, allowed);
    },
    refusedTokens: (wanted) => tokens.refusal(wanted),
  };
}
