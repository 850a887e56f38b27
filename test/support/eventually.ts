// `eventually` of the package, with the patience of tests.

import { type EventuallyOptions, eventually as waitFor } from '../../src/testing/eventually.ts';
import { PATIENCE_MS } from './patience.ts';

export const eventually = <T>(check: () => T | Promise<T>, options: EventuallyOptions = {}): Promise<T> =>
  waitFor(check, { timeoutMs: PATIENCE_MS, ...options });
