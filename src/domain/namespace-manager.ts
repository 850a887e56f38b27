// The namespace that code runs in: what tasks are added with, and what a task's handler runs in again.

import { AsyncLocalStorage } from 'node:async_hooks';

const NAMESPACE = /^[0-9A-Za-z._-]{0,100}$/;
const current = new AsyncLocalStorage<string>();

/** The label of a tenant that follows a task from where it was added to its handler. */
export const namespaceManager = {
  /**
   * Runs a function, and whatever it awaits, in a namespace: tasks that are added there carry it, unless they name one.
   *
   * @param namespace up to 100 letters, digits, dots, underscores and hyphens; '': none
   * @throws TypeError when it is none
   * @example `await namespaceManager.run('acme', () => queues.add({ url: '/report' }))`
   */
  run<Result>(namespace: string, run: () => Result): Result {
    if (!isNamespace(namespace)) {
      throw new TypeError(
        `a namespace has up to 100 letters, digits, dots, underscores and hyphens, unlike ${JSON.stringify(namespace)?.slice(0, 120)}`,
      );
    }
    return current.run(namespace, run);
  },

  /** The namespace this code runs in; '': none. */
  get(): string {
    return current.getStore() ?? '';
  },
};

/** Whether a namespace may be called so. */
export function isNamespace(text: unknown): text is string {
  return typeof text === 'string' && NAMESPACE.test(text);
}
