// The health watch of a server, which also measures the claims of its dispatcher.

import { HealthWatch } from '../console/health/health-watch.ts';
import type { Dispatcher } from '../dispatcher/dispatcher.ts';
import { observeDispatcher } from '../dispatcher/reporting/observe.ts';
import type { Executor } from '../postgres/executor.ts';
import { systemClock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import { RecentDurations } from '../runtime/recent-durations.ts';

/** @param dispatcher undefined: this process has none, and measures no claims */
export function healthOf(executor: Executor, dispatcher: Dispatcher | undefined, logger: Logger): HealthWatch {
  const claims = dispatcher && new RecentDurations(systemClock);
  if (dispatcher && claims) observeDispatcher(dispatcher, { claimReturned: (_queue, _tasks, ms) => claims.record(ms) });
  return new HealthWatch({ executor, claims, clock: systemClock, logger });
}
