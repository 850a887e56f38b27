// Sends one attempt to its target and returns its outcome. It never rejects: every error becomes an outcome.

import type { Agent } from 'undici';
import type { Dispatch } from '../../domain/dispatch.ts';
import type { HttpTask } from '../../domain/http-task.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { TaskTokens } from '../../task-tokens/task-tokens.ts';
import type { Waiting } from '../claiming/blockers.ts';
import type { ClaimedDispatch } from '../database/ports.ts';
import { GONE_MS } from '../database/silence.ts';
import type { tracedAttempt } from '../reporting/traced-attempts.ts';
import type { AttemptProver } from './attempt-prover.ts';
import { authorized } from './authorized.ts';
import { Cancellation } from './cancellation.ts';
import { type ExternalUrls, isOrigin } from './external-urls.ts';
import { exchange, httpAgent, type TargetResponse } from './http-exchange.ts';
import { callInProcess, IN_PROCESS_BASE } from './in-process.ts';
import {
  DeadlineExceeded,
  DispatcherStopped,
  LeadershipLost,
  type Outcome,
  outcomeOfError,
  outcomeOfResponse,
  UnknownTarget,
} from './outcome.ts';
import { taskRequest } from './request.ts';
import type { RequestKeys } from './request-keys.ts';
import { retryAfterSeconds } from './retry-after.ts';
import { StartGate } from './start-gate.ts';
import type { DispatcherTarget, Targets } from './targets.ts';

export interface SenderOptions {
  targets: Targets;
  externalUrls: ExternalUrls;
  keys: RequestKeys;
  tokens: Pick<TaskTokens, 'authorization'>;
  clock: Clock;
  logger: Logger;
  /** The database's clock, in milliseconds since 1970, for the headers that handlers receive. */
  databaseNow(): number;
  /** Sends in a span. */
  traced?: ReturnType<typeof tracedAttempt> | undefined;
  prover?: AttemptProver | undefined;
  /** The request of a task is about to be sent, this many milliseconds after it was due. */
  sent?(dispatch: ClaimedDispatch, lateMs: number): void;
}

export class Sender {
  readonly #options: SenderOptions;
  readonly #agent: Agent = httpAgent();
  readonly #externalAgent: Agent;
  readonly #startGate = new StartGate();
  /** Attempts under way: the target's name, and when the attempt began, in milliseconds. */
  readonly #underWay = new Map<Cancellation, { target: string | null; since: number }>();

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#externalAgent = httpAgent(options.externalUrls.lookup);
  }

  /** Sends a task, unless its queue may have another leader by now: that leader then owns its rate and concurrency. */
  async send(dispatch: ClaimedDispatch): Promise<Outcome> {
    const seconds = dispatch.dispatchDeadline;
    const cancellation = new Cancellation();
    this.#underWay.set(cancellation, { target: dispatch.target, since: this.#options.clock.now() });
    const cancel = this.#options.clock.alarm(seconds * 1000, () => cancellation.cancel(new DeadlineExceeded(seconds)));
    try {
      await this.#startGate.next();
      if (dispatch.isOurs?.() === false && !dispatch.forced) return { kind: 'unsent', delaySeconds: 0 };
      if (this.#isLate(dispatch)) throw new LeadershipLost();
      this.#options.sent?.(dispatch, this.#options.databaseNow() - Number(dispatch.eta) / 1000);
      const { traced, prover } = this.#options;
      const request = (sent: ClaimedDispatch, laterMs?: number) => this.#attempt(sent, cancellation, laterMs);
      const attempt = (sent: ClaimedDispatch) => (prover ? prover.attempt(sent, request) : request(sent));
      const outcome = this.#outcomeOf(await (traced ? traced(dispatch, attempt) : attempt(dispatch)));
      return outcome.kind === 'failed' ? { ...outcome, url: this.#urlOf(dispatch) } : outcome;
    } catch (error) {
      return { ...outcomeOfError(error), url: this.#urlOf(dispatch) };
    } finally {
      cancel();
      this.#underWay.delete(cancellation);
    }
  }

  /** Cancels the attempts under way; they count as failed. */
  cutOff(reason: Error): void {
    for (const cancellation of this.#underWay.keys()) cancellation.cancel(reason);
  }

  /** The target that most requests are waiting for; undefined if none is under way. */
  longestWait(): Waiting | undefined {
    const waits = new Map<string, Waiting>();
    for (const { target: given, since } of this.#underWay.values()) {
      const target = this.#options.targets.nameOf(given);
      const wait = waits.get(target) ?? { target, requests: 0, since };
      waits.set(target, { target, requests: wait.requests + 1, since: Math.min(wait.since, since) });
    }
    return [...waits.values()].sort((a, b) => b.requests - a.requests)[0];
  }

  async close(): Promise<void> {
    this.cutOff(new DispatcherStopped());
    await Promise.all([this.#agent.destroy(), this.#externalAgent.destroy()]);
  }

  /**
   * A forced run needs no rate. But after a long pause its lease may have expired, and another dispatcher may have the
   * task.
   */
  #isLate({ isOurs, claimedAt }: ClaimedDispatch): boolean {
    return isOurs?.() === false && this.#options.clock.now() - claimedAt >= GONE_MS;
  }

  /** Retry-After counts only when a target is overloaded. */
  #outcomeOf(response: TargetResponse): Outcome {
    const { status, retryAfter } = response;
    const outcome = outcomeOfResponse(response);
    if (outcome.kind !== 'failed' || (status !== 503 && status !== 429)) return outcome;
    const seconds = retryAfterSeconds(retryAfter, this.#options.databaseNow());
    return seconds === undefined ? outcome : { ...outcome, retryAfter: seconds };
  }

  #attempt(dispatch: ClaimedDispatch, cancellation: Cancellation, laterMs?: number): Promise<TargetResponse> {
    const { http } = dispatch;
    return http?.oidc || http?.oauth
      ? this.#authorize(dispatch, http).then((sent) => this.#exchange(sent, cancellation, laterMs))
      : this.#exchange(dispatch, cancellation, laterMs);
  }

  async #authorize(dispatch: ClaimedDispatch, http: HttpTask): Promise<ClaimedDispatch> {
    const { tokens, databaseNow } = this.#options;
    const called = this.#urlOf(dispatch) ?? IN_PROCESS_BASE + dispatch.url;
    const authorization = await tokens.authorization(http, called, databaseNow());
    return authorization === undefined ? dispatch : authorized(dispatch, authorization);
  }

  #exchange(dispatch: Dispatch, cancellation: Cancellation, laterMs = 0): Promise<TargetResponse> {
    if (isOrigin(dispatch.target)) return this.#attemptAt(dispatch.target, dispatch, cancellation);
    const target = this.#target(dispatch);
    if (typeof target === 'string') {
      const agent = this.#options.targets.isOpen(dispatch.target) ? this.#externalAgent : this.#agent;
      return exchange(agent, this.#request(dispatch, target, laterMs), cancellation);
    }
    return callInProcess(target, this.#request(dispatch, IN_PROCESS_BASE, laterMs), cancellation, (error) =>
      this.#options.logger.warn('handler threw', { queue: dispatch.queue, task: dispatch.name, error }),
    );
  }

  /**
   * The response of an external server is not shown to this application's operators: it may contain another party's
   * secret.
   */
  async #attemptAt(target: string, dispatch: Dispatch, cancellation: Cancellation): Promise<TargetResponse> {
    const origin = this.#options.externalUrls.check(target, dispatch.http === null ? 'native' : 'http');
    const response = await exchange(this.#externalAgent, this.#request(dispatch, origin), cancellation);
    return { ...response, excerpt: undefined };
  }

  /** Where a failed attempt went. Undefined: nowhere, or to a function in this process. */
  #urlOf(dispatch: Dispatch): string | undefined {
    const { target } = dispatch;
    const base = isOrigin(target) ? target : this.#options.targets.resolve(target);
    if (typeof base !== 'string') return undefined;
    try {
      const { origin, path } = taskRequest(dispatch, base, 0);
      return origin + path;
    } catch {
      return undefined; // they do not form a URL
    }
  }

  #target({ target: name }: Dispatch): DispatcherTarget {
    const target = this.#options.targets.resolve(name);
    if (target === undefined) throw new UnknownTarget(name ?? 'default');
    return target;
  }

  #request(dispatch: Dispatch, base: string, laterMs = 0) {
    const { databaseNow, keys, targets } = this.#options;
    return taskRequest(dispatch, base, databaseNow() + laterMs, keys.of(targets.nameOf(dispatch.target)));
  }
}
