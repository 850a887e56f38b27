// Logs of attempts: failures once at first and then in counts, and each death.

import type { Clock } from '../../runtime/clock.ts';
import { DeathLog } from '../../runtime/death-log.ts';
import { FailureLog } from '../../runtime/failure-log.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { DispatchSubscriber } from '../events.ts';
import type { EndedAttempt } from '../settling/settler.ts';
import { attemptResult, targetOf, traceIdOf } from './attempt-info.ts';

const WORDS = {
  first: 'an attempt failed',
  more: 'attempts keep failing',
  over: 'attempts succeed again',
};

export class AttemptLog implements DispatchSubscriber {
  readonly #failures: FailureLog;
  readonly #deaths: DeathLog;

  constructor(logger: Logger, clock: Clock) {
    this.#failures = new FailureLog(logger, clock, WORDS);
    this.#deaths = new DeathLog(logger, clock);
  }

  ended(attempt: EndedAttempt): void {
    const { dispatch, outcome } = attempt;
    const { queue } = dispatch;
    const target = targetOf(dispatch);
    if (outcome.kind === 'completed') {
      this.#failures.worked(queue, target);
      return;
    }
    const { result, status, seconds, failure: reason = 'other_status', error } = attemptResult(attempt);
    const task = { task: dispatch.name, attempt: dispatch.retryCount + 1 };
    const fields = { ...task, status, seconds, error, traceId: traceIdOf(dispatch) };
    if (result === 'dead') this.#deaths.died(queue, { target, reason, ...fields });
    this.#failures.failed({ queue, target, reason: outcome.status === 0 ? outcome.reason : reason }, fields);
  }

  /** Writes what has been counted and not yet written. */
  close(): void {
    this.#failures.close();
    this.#deaths.close();
  }
}
