// A registered function, and the check of its arguments against the schema that it was registered with.

import { InvalidTaskError } from '../domain/errors.ts';
import { requireKnownKeys } from '../domain/known-keys.ts';
import { conform, requireStandardSchema, type StandardSchema } from '../domain/standard-schema.ts';
import { kindOf } from '../domain/text.ts';

/** Any function that can be registered. */
// biome-ignore lint/suspicious/noExplicitAny: functions with typed parameters are not assignable to unknown arguments
export type AnyFunction = (...args: any[]) => unknown;

/** Options of Deferred.register. */
export interface RegisterOptions<Call extends AnyFunction> {
  /**
   * A Standard Schema (zod, valibot, arktype) of the list of arguments, such as `z.tuple([z.email(), z.int()])`. They
   * are checked when the call is deferred and again when it is made, with what the schema makes of them. Default: none.
   */
  // biome-ignore lint/suspicious/noExplicitAny: it may take more than the function does, and convert it
  args?: StandardSchema<any, Parameters<Call>>;
}

/** A function, by the name that its tasks call. */
export class CheckedFunction {
  readonly name: string;
  readonly call: AnyFunction;
  readonly #schema: StandardSchema | undefined;

  /** @throws TypeError for a name, function or schema that is none */
  constructor(name: string, call: AnyFunction, options: RegisterOptions<AnyFunction> = {}) {
    if (typeof name !== 'string' || name === '')
      throw new TypeError('the name of a deferred function must not be empty');
    if (typeof call !== 'function')
      throw new TypeError(`deferred function ${name} must be a function, got ${kindOf(call)}`);
    requireKnownKeys(options, ['args'], 'the options of register');
    const { args } = options;
    if (args !== undefined) requireStandardSchema(args, `args of deferred function ${name}`);
    this.name = name;
    this.call = call;
    this.#schema = args;
  }

  /**
   * Checks arguments before they are sent. Returns a promise only if the schema is asynchronous.
   *
   * @throws InvalidTaskError that names the path, or for an asynchronous schema in a transaction
   */
  check(args: readonly unknown[], transactional: boolean): void | Promise<void> {
    const checking = this.accept(args);
    if (!(checking instanceof Promise)) return;
    if (!transactional) return checking.then(() => {});
    checking.catch(() => {});
    throw new InvalidTaskError(`the schema of deferred function ${this.name} must be synchronous in a transaction`, {
      hint: 'Check the arguments before the transaction.',
    });
  }

  /**
   * The arguments to call the function with: what the schema makes of those that arrived.
   *
   * @throws InvalidTaskError that names the path; in the promise if the schema is asynchronous
   */
  accept(args: readonly unknown[]): readonly unknown[] | Promise<readonly unknown[]> {
    if (this.#schema === undefined) return args;
    const problem = `invalid call of deferred function ${this.name}`;
    const fit = conform(this.#schema, [...args], { root: 'args', problem, detail: { function: this.name } });
    return fit as readonly unknown[] | Promise<readonly unknown[]>;
  }
}
