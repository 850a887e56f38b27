// Group commit: what is asked for while an answer is under way is asked for together, with the next statement.

import { setTimeout as sleep } from 'node:timers/promises';

interface PendingAsk<Ask, Answer> {
  ask: Ask;
  answer: PromiseWithResolvers<Answer>;
}

/**
 * One statement at a time for all who have asked meanwhile. Who asks alone waits for nobody; the busier it gets, the more share a round trip and a
 * commit.
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
   * @param answerAll answers in the order of what is asked; what it throws, all who asked get
   * @param pauseMs a statement begins no sooner than this after the one before, so that who asks all the time shares more of them; who asks now and
   *   then is not kept waiting
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
    await Promise.resolve(); // those that come at the same time come along
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
