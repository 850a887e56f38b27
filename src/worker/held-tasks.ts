// The tasks that a worker holds: waiting for a handler, being handled, or being settled.

import type { QueueHandle } from '../client/queue-handle.ts';
import type { LeasedTask } from '../client/task.ts';
import type { Executor } from '../postgres/executor.ts';
import { backoffMs } from '../runtime/backoff.ts';
import { type FinishIn, HandlerCall } from './handler-call.ts';
import { HeldTask } from './held-task.ts';
import { LeaseWriter } from './lease-writer.ts';
import type { PullWorkerOptions, WorkerSettings } from './options.ts';
import { Renewals } from './renewals.ts';
import { WorkReport } from './work-report.ts';

/** Weight of the latest handler call in the mean duration. */
const NEWEST_COUNTS = 0.2;

export class HeldTasks {
  /** Called when there may be room for more tasks. */
  onRoom: () => void = () => {};
  readonly #options: PullWorkerOptions;
  readonly #settings: WorkerSettings;
  readonly #finishIn: FinishIn;
  readonly #leaseWriter: LeaseWriter;
  readonly #renewals: Renewals;
  readonly #report: WorkReport;
  readonly #byName = new Map<string, HeldTask>();
  readonly #calls = new Set<HandlerCall>();
  #waiting: HeldTask[][] = [];
  #settling = 0;
  #meanMs: number | undefined;
  #idle: PromiseWithResolvers<void> | undefined;
  #closing = false;

  constructor(options: PullWorkerOptions, settings: WorkerSettings, executor: Executor, handle: QueueHandle) {
    this.#options = options;
    this.#settings = settings;
    this.#report = new WorkReport(settings);
    this.#finishIn = (finished, options) => handle.deleteTasks(finished, options);
    this.#leaseWriter = new LeaseWriter(executor, settings, {
      finished: (held, leaseHeld) => this.#finished(held, leaseHeld),
      gaveUp: (held, error) => this.#gaveUp(held, error),
      trouble: (error) => this.trouble(error),
    });
    this.#renewals = new Renewals(this.#leaseWriter, settings, (held) => this.#lose(held));
  }

  get counts() {
    return this.#report.counts;
  }

  /** Free handler calls. */
  get free(): number {
    return this.#settings.concurrency - this.#calls.size;
  }

  /** Tasks that wait for a handler call. */
  get waiting(): number {
    return this.#waiting.reduce((sum, tasks) => sum + tasks.length, 0);
  }

  get settling(): number {
    return this.#settling;
  }

  /** Mean duration of a handler call, in milliseconds; undefined until the first has ended. */
  get meanMs(): number | undefined {
    return this.#meanMs;
  }

  /** Takes over tasks that were leased by a call that began at `calledAt`. */
  put(tasks: readonly LeasedTask[], calledAt: number): void {
    if (tasks.length === 0) return;
    const held = tasks.map((task) => this.#hold(task, calledAt));
    this.#report.claimed(tasks);
    if (this.#options.batchHandler) this.#waiting.push(held);
    else for (const one of held) this.#waiting.push([one]);
    if (this.#closing) void this.#releaseWaiting();
    else this.#begin();
  }

  /** Resolves when it holds no tasks. */
  async idle(): Promise<void> {
    if (this.#byName.size === 0 && this.#settling === 0) return;
    this.#idle ??= Promise.withResolvers();
    await this.#idle.promise;
  }

  /** Releases waiting tasks now. Handler calls that are not done after `deadlineMs` milliseconds count as failed. */
  async close(deadlineMs: number): Promise<void> {
    this.#closing = true;
    this.#leaseWriter.patientUntil = this.#settings.clock.now() + deadlineMs;
    await this.#releaseWaiting();
    const timer = setTimeout(() => {
      for (const call of this.#calls)
        call.abort(new DOMException('the worker was stopped before the handler was done', 'AbortError'));
    }, deadlineMs);
    await this.idle();
    clearTimeout(timer);
    this.#report.close();
  }

  /** A database call succeeded. */
  worked(): void {
    this.#report.worked();
  }

  trouble(error: unknown): void {
    this.#report.trouble(error);
  }

  #hold(task: LeasedTask, calledAt: number): HeldTask {
    const held = new HeldTask(task, calledAt, this.#settings.leaseSeconds);
    const former = this.#byName.get(task.name); // its lease expired unnoticed, and this worker leased it again
    this.#byName.set(task.name, held);
    if (former) this.#replace(former);
    this.#renewals.add(held);
    return held;
  }

  #begin(): void {
    while (this.free > 0) {
      const tasks = this.#waiting.shift();
      if (tasks === undefined) break;
      const held = tasks.every(isHeld) ? tasks : tasks.filter(isHeld);
      if (held.length > 0) this.#work(new HandlerCall(held, this.#finishIn));
    }
  }

  #work(call: HandlerCall): void {
    this.#calls.add(call);
    this.#report.sent(call.tasks);
    const startedAt = performance.now();
    const running = call.run(this.#options, this.#settings);
    if (running) void running.then(() => this.#end(call, startedAt)).then(() => this.#begin());
    else this.#end(call, startedAt);
  }

  #end(call: HandlerCall, startedAt: number): void {
    const ms = performance.now() - startedAt;
    this.#meanMs = this.#meanMs === undefined ? ms : this.#meanMs + (ms - this.#meanMs) * NEWEST_COUNTS;
    this.#calls.delete(call);
    for (const held of call.tasks) {
      held.ms = ms;
      this.#settle(call, held);
    }
    this.onRoom();
  }

  #settle(call: HandlerCall, held: HeldTask): void {
    if (held.state !== 'held') {
      this.#forget(held);
      return;
    }
    held.state = 'settled';
    this.#settling += 1;
    if (held.failure) void this.#fail(held, held.failure.error);
    else if (call.finished) this.#finished(held, true);
    else this.#leaseWriter.finish(held);
  }

  /** Called when a task that succeeded was deleted. */
  #finished(held: HeldTask, leaseHeld: boolean): void {
    if (!leaseHeld) this.#lose(held);
    else this.#report.completed(held);
    this.#settled(held);
  }

  async #fail(held: HeldTask, error: unknown): Promise<void> {
    try {
      const seconds = this.#backoffSeconds(held.task, error);
      const leaseHeld = await this.#leaseWriter.fail(held, seconds ?? Infinity, error);
      if (!leaseHeld) this.#lose(held);
      else this.#report.failed(held, error, seconds);
    } catch (trouble) {
      return this.#gaveUp(held, trouble);
    }
    this.#settled(held);
  }

  #gaveUp(held: HeldTask, error: unknown): void {
    this.#report.gaveUp(held, error);
    this.#lose(held);
    this.#settled(held);
  }

  #settled(held: HeldTask): void {
    this.#settling -= 1;
    this.#forget(held);
    this.onRoom();
  }

  #backoffSeconds(task: LeasedTask, error: unknown): number | undefined {
    const { backoff } = this.#settings;
    if (typeof backoff === 'function') return backoff(task, error);
    const { minSeconds = 1, maxSeconds = 600 } = backoff;
    return backoffMs(task.retryCount, { minMs: minSeconds * 1000, maxMs: maxSeconds * 1000 }) / 1000;
  }

  async #releaseWaiting(): Promise<void> {
    const waiting = this.#waiting.splice(0).flat();
    await Promise.all(
      waiting.map(async (held) => {
        if (held.state === 'held') {
          held.state = 'settled';
          await this.#leaseWriter.release(held).catch((error) => this.trouble(error));
        }
        this.#forget(held);
      }),
    );
  }

  #replace(former: HeldTask): void {
    former.lose(new DOMException(`task ${former.task.name} was leased again`, 'AbortError'));
    this.#renewals.remove(former);
    this.#lose(former);
  }

  #lose(held: HeldTask): void {
    this.#report.lost(held);
    if (!this.#isHandled(held)) this.#forget(held);
  }

  #isHandled(held: HeldTask): boolean {
    return [...this.#calls].some(({ tasks }) => tasks.includes(held));
  }

  #forget(held: HeldTask): void {
    this.#renewals.remove(held);
    if (this.#byName.get(held.task.name) === held) this.#byName.delete(held.task.name);
    if (this.#byName.size > 0 || this.#settling > 0) return;
    this.#idle?.resolve();
    this.#idle = undefined;
  }
}

function isHeld({ state }: HeldTask): boolean {
  return state === 'held';
}
