// Processes of their own, for what must not share this one's CPU time: each is a module that answers questions.

import { type ChildProcess, fork } from 'node:child_process';

/** A started module. */
export class Child {
  /** What the module said when it was ready. */
  readonly ready: unknown;
  readonly pid: number;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, ready: unknown) {
    this.#process = process;
    this.pid = process.pid as number;
    this.ready = ready;
  }

  /** @param args of the module, which must call `answerParent` */
  static async start(module: string, args: string[], options: string[] = []): Promise<Child> {
    const process = fork(module, args, { execArgv: ['--expose-gc', ...options] });
    return new Child(process, await nextMessage(process));
  }

  /** Asks the module; one question at a time. */
  ask(question: unknown): Promise<unknown> {
    const answer = nextMessage(this.#process);
    this.#process.send(question as object);
    return answer;
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.disconnect();
    await ended;
  }
}

/** In the module: says that it is ready, then answers each question. It ends with its parent. */
export function answerParent(ready: unknown, answer: (question: unknown) => Promise<unknown>): void {
  process.on('message', async (question) => process.send?.({ message: await answer(question) }));
  process.on('disconnect', () => process.exit());
  process.send?.({ message: ready });
}

function nextMessage(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`the process ${child.spawnargs[2]} exited with ${code}`));
    child.once('exit', ended);
    child.once('message', (sent: { message: unknown }) => {
      child.off('exit', ended);
      resolve(sent.message);
    });
  });
}
