// Delivers each task more than once, one delivery at a time, and watches what the handler does:
//
//   first ──its answer is lost──▶ again ──the previous task──▶ late
//     └─failed──▶ retry ──▶ …
//
// The second delivery is what a handler sees after a lost answer: the same webhook-id, a retry count of one more. The
// late one comes after a later task, and may come at another time of day.

import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Executor } from '../postgres/executor.ts';
import { effectsOf, hasEffects, wasSeen, without } from './effects.ts';
import { liveTasks, tasksAdded } from './enqueued.ts';
import { withoutIgnored } from './ignored.ts';
import { findingsOf } from './judge.ts';
import { runningLater } from './later.ts';
import { recordingFetch } from './made-requests.ts';
import type { Proof, ProofAnswer, ProofRun } from './proof.ts';
import { rowChanges } from './row-changes.ts';
import { type RowSnapshot, takeSnapshot } from './row-snapshot.ts';

export interface ProverOptions {
  /** The database of the tasks. */
  database: Executor;
  /** The database whose rows are watched. Default: the same. */
  rowsOf?: Executor | undefined;
  /** Differences that do not count (ignored.ts). */
  ignore?: readonly string[] | undefined;
  /** Tables of more rows are only counted. Default 10 000. */
  mostRows?: number | undefined;
  /** How much later than the others a late duplicate runs, in milliseconds, by `Date` of this process. Default 0. */
  laterMs?: number | undefined;
  /**
   * How long to watch, in milliseconds, whether effects of a further run also happen without one. Default 0: nothing
   * else uses the database.
   */
  backgroundMs?: number | undefined;
  /** Returns what else a handler may change: memory, files, another store. It is compared as a copy. */
  observe?: (() => unknown) | undefined;
  /** Called with what was found out about a task, and again if a late duplicate changes that. */
  proved(proof: Proof): void;
}

/** A task whose handler is to be proved. */
export interface ProvedTask extends Pick<Proof, 'queue' | 'task' | 'method' | 'url'> {
  /** Its idempotency key. */
  key: string;
  /**
   * Delivers it.
   *
   * @param retry how many deliveries it has had here
   * @param laterMs how much later than it does it claims to be delivered
   */
  deliver(retry: number, laterMs: number): Promise<ProofAnswer>;
  /** True: it cannot be delivered again, because its end was committed with its work. */
  isOver?(): boolean;
}

/** A task that has been proved, and may get a late duplicate. */
interface Earlier {
  task: ProvedTask;
  done: ProofRun;
  proof: Proof;
}

const MOST_ROWS = 10_000;

export class Prover {
  readonly #options: ProverOptions;
  #turn: Promise<unknown> = Promise.resolve();
  #earlier: Earlier | undefined;
  /** Runs that did anything at all, what is ignored included. */
  readonly #seen = new WeakSet<ProofRun>();

  constructor(options: ProverOptions) {
    this.#options = options;
  }

  /** Delivers a task and proves its handler; resolves with what was found out. */
  prove(task: ProvedTask): Promise<Proof> {
    return this.#inTurn(async () => {
      const earlier = this.#earlier;
      this.#earlier = undefined;
      const proof = await this.#prove(task);
      if (earlier) await this.#deliverLate(earlier);
      this.#options.proved(proof);
      return proof;
    });
  }

  /** Delivers the late duplicate of the last task. */
  finish(): Promise<void> {
    return this.#inTurn(async () => {
      const earlier = this.#earlier;
      this.#earlier = undefined;
      if (earlier) await this.#deliverLate(earlier);
    });
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {});
    return done;
  }

  async #prove(task: ProvedTask): Promise<Proof> {
    const { queue, task: name, method, url } = task;
    const known = { queue, task: name, method, url, notCounted: [] };
    const runs = [await this.#run(task, 'first', 0)];
    if (!runs[0]?.answer.succeeded) runs.push(await this.#run(task, 'retry', 1));
    const done = runs.at(-1) as ProofRun;
    if (!done.answer.succeeded)
      return { ...known, verdict: 'failed', findings: ['the handler failed both times'], runs };
    if (task.isOver?.()) return { ...known, verdict: 'idempotent', findings: [], runs };
    const proof = await this.#judge(task, 'again', done, { ...known, verdict: 'idempotent', findings: [], runs });
    if (mayRunTwice(proof)) this.#earlier = { task, done, proof };
    return proof;
  }

  /** The verdict is told again only if it changes. */
  async #deliverLate({ task, done, proof: earlier }: Earlier): Promise<void> {
    const proof = await this.#judge(task, 'late', done, earlier);
    if (mayRunTwice(proof)) return;
    this.#earlier = undefined; // the later task's own duplicate would only restore what this one has changed
    this.#options.proved(proof);
  }

  /** Delivers once more; twice, if the handler fails: its failure may be a passing one, which the queue would retry. */
  async #judge(task: ProvedTask, delivery: 'again' | 'late', done: ProofRun, proof: Proof): Promise<Proof> {
    const further = [await this.#run(task, delivery, proof.runs.length)];
    if (!further[0]?.answer.succeeded) further.push(await this.#run(task, delivery, proof.runs.length + 1));
    const background = further.some(hasEffects) ? await this.#watchBackground() : [];
    const counted = further.map((run) => without(run, background));
    const passed = further.some(({ answer }) => answer.succeeded);
    const findings = counted.flatMap((run) => findingsOf(run, { done, key: task.key, passed }));
    const verdict =
      findings.length > 0
        ? 'not idempotent'
        : this.#wasSeen([...proof.runs, ...further])
          ? 'idempotent'
          : 'nothing seen';
    return {
      ...proof,
      verdict,
      findings: verdict === 'nothing seen' ? [NOTHING_SEEN] : [...new Set(findings)],
      notCounted: [...new Set(further.flatMap(effectsOf).filter((effect) => background.includes(effect)))],
      runs: [...proof.runs, ...counted],
    };
  }

  /** What changes while nothing is delivered. */
  async #watchBackground(): Promise<string[]> {
    const { backgroundMs = 0 } = this.#options;
    if (backgroundMs === 0) return [];
    return effectsOf(await this.#watch(() => sleep(backgroundMs)));
  }

  async #run(task: ProvedTask, delivery: ProofRun['delivery'], retry: number): Promise<ProofRun> {
    const { laterMs = 0 } = this.#options;
    const ms = delivery === 'late' ? laterMs : 0;
    const { result, isChanged, ...changes } = await this.#watch(() =>
      recordingFetch(() => runningLater(ms, () => task.deliver(retry, ms))),
    );
    const run = { delivery, answer: result.result, ...changes, requests: result.requests };
    if (isChanged || wasSeen(run)) this.#seen.add(run);
    return run;
  }

  /** Does the work, and returns what changed meanwhile. */
  async #watch<Result>(work: () => Promise<Result>) {
    const { database, rowsOf = database, ignore = [] } = this.#options;
    const before = await this.#look();
    const result = await work();
    const after = await this.#look();
    const changed = await rowChanges(rowsOf, before.rows, after.rows);
    const rows = withoutIgnored(changed, ignore);
    const tasks = tasksAdded(before.tasks, after.tasks);
    const observed = { before: before.state, after: after.state };
    return {
      result,
      isChanged: changed.length > 0,
      rows,
      tasks,
      ...(isDeepStrictEqual(observed.before, observed.after) ? {} : { observed }),
    };
  }

  #wasSeen(runs: readonly ProofRun[]): boolean {
    return runs.some((run) => this.#seen.has(run));
  }

  async #look(): Promise<{ rows: RowSnapshot; tasks: Awaited<ReturnType<typeof liveTasks>>; state: unknown }> {
    const { database, rowsOf = database, mostRows = MOST_ROWS, observe } = this.#options;
    const state = structuredClone(await observe?.());
    return { rows: await takeSnapshot(rowsOf, mostRows), tasks: await liveTasks(database), state };
  }
}

const NOTHING_SEEN = 'no run did anything that could be compared: name what it changes with observe';

const mayRunTwice = ({ verdict }: Proof) => verdict === 'idempotent' || verdict === 'nothing seen';
