// Sends one attempt to its target and says what became of it. Never rejects: whatever goes wrong is an outcome.

import { setImmediate as yieldOnce } from 'node:timers/promises';
import type { Agent } from 'undici';
import type { Dispatch } from '../domain/dispatch.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import { exchange, httpAgent } from './http-exchange.ts';
import { callInProcess, IN_PROCESS_BASE } from './in-process.ts';
import { DeadlineExceeded, type Outcome, outcomeOfError, outcomeOfResponse, UnknownTarget } from './outcome.ts';
import { taskRequest } from './request.ts';
import type { Target, Targets } from './targets.ts';

export interface SenderOptions {
  targets: Targets;
  clock: Clock;
  logger: Logger;
  /** The database's clock, in milliseconds since 1970: what handlers are told. */
  databaseNow(): number;
}

export class Sender {
  readonly #options: SenderOptions;
  readonly #agent: Agent = httpAgent();
  readonly #underWay = new Set<AbortController>();

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  async send(dispatch: Dispatch): Promise<Outcome> {
    const seconds = dispatch.dispatchDeadline;
    const ending = new AbortController();
    this.#underWay.add(ending);
    const cancel = this.#options.clock.alarm(seconds * 1000, () => ending.abort(new DeadlineExceeded(seconds)));
    try {
      return outcomeOfResponse(await this.#attempt(dispatch, ending.signal));
    } catch (error) {
      this.#options.logger.debug('attempt got no response', { queue: dispatch.queue, task: dispatch.name, error });
      return outcomeOfError(error);
    } finally {
      cancel();
      this.#underWay.delete(ending);
    }
  }

  /** Cuts off what is still on its way. */
  async close(): Promise<void> {
    for (const ending of this.#underWay) ending.abort(new Error('the dispatcher stopped'));
    await this.#agent.destroy();
  }

  /**
   * The yield lets the event loop read what idle connections hold before one of them is used again. Without it, a stray second response
   * to the request before, arriving while the loop was busy, is taken for the answer to this one.
   */
  async #attempt(dispatch: Dispatch, signal: AbortSignal): Promise<number> {
    await yieldOnce();
    const target = this.#target(dispatch);
    if (typeof target === 'string') return exchange(this.#agent, this.#request(dispatch, target), signal);
    return callInProcess(target, this.#request(dispatch, IN_PROCESS_BASE), signal, (error) =>
      this.#options.logger.warn('handler threw', { queue: dispatch.queue, task: dispatch.name, error }),
    );
  }

  #target({ target: name }: Dispatch): Target {
    const target = this.#options.targets.resolve(name);
    if (target === undefined) throw new UnknownTarget(name ?? 'default');
    return target;
  }

  #request(dispatch: Dispatch, base: string) {
    return taskRequest(dispatch, base, this.#options.databaseNow());
  }
}
