// Typed queues: the name of a queue together with the schema of its tasks' JSON, for enqueuers and handlers alike.

import { InvalidQueueNameError } from './errors.ts';
import { requireKnownKeys } from './known-keys.ts';
import {
  conform,
  requireStandardSchema,
  type SchemaInput,
  type SchemaOutput,
  type StandardSchema,
} from './standard-schema.ts';
import { InvalidTaskError } from './task-queue-error.ts';
import { kindOf, requireText } from './text.ts';

/** A task as its handler or worker has it: a DeliveredTask, whose body it reads, or a LeasedTask with its payload. */
export type TaskWithBody = { readonly name: string } & (
  | { readonly body: Uint8Array }
  | { readonly payload: Uint8Array }
);

/** A queue whose tasks carry JSON that fits a schema. Made by defineQueue. */
export class QueueDefinition<Input = unknown, Output = Input> {
  readonly name: string;
  readonly #schema: StandardSchema<Input, Output>;

  constructor(name: string, schema: StandardSchema<Input, Output>) {
    this.name = requireText(name, 'the name of a queue', InvalidQueueNameError);
    this.#schema = schema;
  }

  /**
   * Checks the JSON of a new task, as its handler will see it.
   *
   * @param root how the message names the JSON, such as `json`
   * @throws InvalidTaskError that names the path; in the promise if the schema is asynchronous
   */
  check(json: unknown, root = 'json'): void | Promise<void> {
    const problem = `invalid task for queue ${this.name}`;
    const fit = conform(this.#schema, json, { root, problem, detail: { queue: this.name } });
    if (fit instanceof Promise) return fit.then(() => {});
  }

  /**
   * Reads the JSON of a task: what the schema makes of it, so with defaults and conversions.
   *
   * @throws InvalidTaskError that names the path, or if the body is not JSON
   * @example `const { to } = await mail.read(c.get('task'))`
   */
  async read(task: TaskWithBody): Promise<Output> {
    const problem = `invalid task ${task.name} of queue ${this.name}`;
    const detail = { queue: this.name, name: task.name };
    return conform(this.#schema, parsed(bodyOf(task), problem, detail), { root: 'json', problem, detail });
  }

  /**
   * Makes the handler of a `taskHandler` or a PullWorker of one that takes the task's JSON first. A task that does not
   * fit fails, and is retried.
   *
   * @example `new PullWorker({ database, queue: mail.name, handler: mail.handler(({ to }) => send(to)) })`
   */
  handler<GivenTask extends TaskWithBody, Context>(
    handle: (json: Output, task: GivenTask, context: Context) => unknown,
  ): (task: GivenTask, context: Context) => Promise<unknown> {
    return async (task, context) => handle(await this.read(task), task, context);
  }
}

/**
 * Defines a queue by its name and the schema of its tasks' JSON, any Standard Schema (zod, valibot, arktype). The
 * compiler then checks enqueuers and handlers, the schema checks each task when it is added and when it is read. The
 * queue itself has to exist, as for `queues.queue(name)`.
 *
 * @throws TypeError if `task` is not a Standard Schema
 * @example
 * ```ts
 * const mail = defineQueue('mail', { task: z.object({ to: z.email(), subject: z.string() }) })
 * await queues.queue(mail).add({ url: '/send', json: { to: 'ada@example.com', subject: 'Welcome' } })
 * app.post('/send', async (c) => c.text(`sent to ${(await mail.read(c.get('task'))).to}`))
 * ```
 */
export function defineQueue<Schema extends StandardSchema>(
  name: string,
  definition: { task: Schema },
): QueueDefinition<SchemaInput<Schema>, SchemaOutput<Schema>> {
  if (typeof definition !== 'object' || definition === null)
    throw new TypeError(`the definition of queue ${name} must be { task: schema }, got ${kindOf(definition)}`);
  requireKnownKeys(definition, ['task'], `the definition of queue ${name}`);
  const { task } = definition;
  requireStandardSchema(task, `task of queue ${name}`);
  return new QueueDefinition(name, task as StandardSchema<SchemaInput<Schema>, SchemaOutput<Schema>>);
}

function bodyOf(task: TaskWithBody): Uint8Array {
  const bytes = 'body' in task ? task.body : task.payload;
  if (bytes instanceof Uint8Array) return bytes;
  throw new TypeError('read takes a task as its handler got it: a DeliveredTask or a LeasedTask');
}

function parsed(body: Uint8Array, problem: string, detail: Record<string, unknown>): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (cause) {
    const got = body.byteLength === 0 ? 'nothing' : `${body.byteLength} bytes that are not`;
    throw new InvalidTaskError(`${problem}: the body must be JSON, got ${got}`, { detail, cause });
  }
}
