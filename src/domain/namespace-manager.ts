// The namespace that code runs in: tasks are added with it, and their handlers run in it.

import { AsyncLocalStorage } from 'node:async_hooks';

const NAMESPACE = /^[0-9A-Za-z._-]{0,100}$/;
const current = new AsyncLocalStorage<string>();

/** Manages the tenant label that a task carries from the code that adds it to its handler. */
export const namespaceManager = {
  /**
   * Runs a function, and everything it awaits, in a namespace. Tasks added there carry it, unless they name another.
   *
   * @param namespace up to 100 letters, digits, dots, underscores and hyphens; '' is no namespace
   * @throws TypeError for an invalid namespace
   * @example `await namespaceManager.run('acme', () => queues.add({ url: '/report' }))`
   */
  run<Result>(namespace: string, run: () => Result): Result {
    if (!isNamespace(namespace)) {
      throw new TypeError(
        `namespace must be up to 100 letters, digits, dots, underscores and hyphens, got ${JSON.stringify(namespace)?.slice(0, 120)}`,
      );
    }
    return current.run(namespace, run);
  },

  /** Returns the namespace that this code runs in; '' is none. */
  get(): string {
    return current.getStore() ?? '';
  },
};

/** Whether a text is a valid namespace. */
export function isNamespace(text: unknown): text is string {
  return typeof text === 'string' && NAMESPACE.test(text);
}
