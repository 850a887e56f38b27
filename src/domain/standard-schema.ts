// Standard Schema (https://standardschema.dev), which zod, valibot, arktype and others implement: the check of a value,
// with errors that name the path to what is wrong. None of these libraries is imported.

import { InvalidTaskError } from './task-queue-error.ts';
import { kindOf } from './text.ts';

/** The part of a Standard Schema (version 1) that is used. */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    /** Exists for the compiler only. */
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

/** What a schema takes. */
export type SchemaInput<Schema extends StandardSchema> = NonNullable<Schema['~standard']['types']>['input'];

/** What a schema makes of it. */
export type SchemaOutput<Schema extends StandardSchema> = NonNullable<Schema['~standard']['types']>['output'];

/** The answer of a schema: a value, or what is wrong. */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

/** One thing that is wrong with a value. */
export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** A checked value, for messages: its name, such as `json`, and the sentence that its problems follow. */
export interface Checked {
  root: string;
  problem: string;
  detail: Record<string, unknown>;
}

/** Most problems that one message lists; `detail.issues` has all of them. */
const MOST_LISTED = 5;

/** @throws TypeError for anything but a Standard Schema */
export function requireStandardSchema(schema: unknown, what: string): asserts schema is StandardSchema {
  const standard = (schema as Partial<StandardSchema> | null | undefined)?.['~standard'];
  if (standard?.version === 1 && typeof standard.validate === 'function') return;
  throw new TypeError(
    `${what} must be a Standard Schema, as zod, valibot and arktype make them, got ${kindOf(schema)}`,
  );
}

/**
 * Checks a value. Returns what the schema makes of it, in a promise only if the schema is asynchronous.
 *
 * @throws InvalidTaskError that names the path to each problem
 */
export function conform<Output>(
  schema: StandardSchema<unknown, Output>,
  value: unknown,
  checked: Checked,
): Output | Promise<Output> {
  const result = schema['~standard'].validate(value);
  // Promises of other realms are not instances of this one's class.
  return 'then' in result ? Promise.resolve(result).then((late) => outputOf(late, checked)) : outputOf(result, checked);
}

function outputOf<Output>(result: SchemaResult<Output>, { root, problem, detail }: Checked): Output {
  if (!result.issues) return result.value;
  const issues = result.issues.map(({ message, path = [] }) => ({ path: root + path.map(step).join(''), message }));
  const listed = issues.slice(0, MOST_LISTED).map(({ path, message }) => `${path}: ${message}`);
  const more = issues.length > MOST_LISTED ? `; and ${issues.length - MOST_LISTED} more` : '';
  throw new InvalidTaskError(`${problem}: ${listed.join('; ')}${more}`, { detail: { ...detail, issues } });
}

function step(part: PropertyKey | { readonly key: PropertyKey }): string {
  const key = typeof part === 'object' ? part.key : part;
  if (typeof key === 'number') return `[${key}]`;
  const name = String(key);
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}
