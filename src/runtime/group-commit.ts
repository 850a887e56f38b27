// Group commit: calls that arrive while a statement is under way share the next one.

import { setTimeout as sleep } from 'node:timers/promises';

interface PendingAsk<Ask, Answer> {
  ask: Ask;
  answer: PromiseWithResolvers<Answer>;
}

/**
 * Runs one statement at a time for all calls that have arrived meanwhile. A lone call is sent immediately; calls that
 * arrive during a round trip share the next one, and its commit.
 *
 * @example
 * const times = new GroupCommit(async (queues: string[]) => (await nextDue(session, queues)))
 * await Promise.all([times.ask('mail'), times.ask('photos')]) // one statement
 */
export class GroupCommit<Ask, Answer> {
  readonly #answerAll: (asks: Ask[]) => Promise<Answer[]>;
  readonly #pauseMs: number;
  #waiting: PendingAsk<Ask, Answer>[] = [];
  #busy = false;
  #begunAt = -Infinity;

  /**
   * @param answerAll returns answers in the order of the calls; its error rejects all of them
   * @param pauseMs least time between the starts of two statements, so that frequent calls share more of them;
   * occasional calls are not delayed
   */
  constructor(answerAll: (asks: Ask[]) => Promise<Answer[]>, pauseMs = 0) {
    this.#answerAll = answerAll;
    this.#pauseMs = pauseMs;
  }

  ask(ask: Ask): Promise<Answer> {
    const answer = Promise.withResolvers<Answer>();
    this.#waiting.push({ ask, answer });
    if (!this.#busy) void this.#answerWhileAsked();
    return answer.promise;
  }

  async #answerWhileAsked(): Promise<void> {
    this.#busy = true;
    await Promise.resolve(); // so that calls made at the same time share it
    while (this.#waiting.length > 0) {
      const pauseMs = this.#begunAt + this.#pauseMs - performance.now();
      if (pauseMs > 0) await sleep(pauseMs);
      this.#begunAt = performance.now();
      await this.#answer(this.#waiting.splice(0));
    }
    this.#busy = false;
  }

  async #answer(waiting: PendingAsk<Ask, Answer>[]): Promise<void> {
    try {
      const answers = await this.#answerAll(waiting.map(({ ask }) => ask));
      for (const [i, { answer }] of waiting.entries()) answer.resolve(answers[i] as Answer);
    } catch (error) {
      for (const { answer } of waiting) answer.reject(error);
    }
  }
}
