// Looks for tasks that match, and puts into words what is there instead.

import { QueueHandle, statementsOf } from '../../client/queue-handle.ts';
import { keysOf, requireKnownKeys } from '../../domain/known-keys.ts';
import { kindOf } from '../../domain/text.ts';
import { executorIn, type OpenTransaction } from '../../postgres/transaction.ts';
import { describeQueue } from '../../store/queues.ts';
import { type TaskDifference, taskDifferences } from './differences.ts';
import { readTestTasks } from './read-tasks.ts';
import { shown } from './shown.ts';
import type { TaskDescription, TaskMatcher, TestTask } from './task-matcher.ts';

/** Options of expectTask and expectNoTask. */
export interface ExpectTaskOptions {
  /** The test's open transaction, whose tasks nobody else sees yet. */
  transaction?: OpenTransaction | undefined;
}

/** The result of a search. */
export interface TaskSearch {
  found: TestTask[];
  /** Why there is none, with what is there, closest first. */
  missing(): Promise<string>;
  /** What there should not have been. */
  unwanted(): string;
}

const KEYS: Record<keyof TaskMatcher, true> = {
  ...{ name: true, url: true, method: true, payload: true, json: true, params: true, headers: true, tag: true },
  ...{ target: true, namespace: true, state: true, eta: true, countdown: true, retryCount: true },
};
const GUESSES = { body: 'payload, or json, is its body', queue: 'the queue is the first argument' };
/** Most tasks that a message lists. */
const MOST_LISTED = 5;

/** @throws TypeError for a queue that is none or a misspelt property; UnknownQueueError */
export async function searchTasks(
  queue: QueueHandle,
  expected: TaskDescription,
  options: ExpectTaskOptions = {},
): Promise<TaskSearch> {
  requireSearch(queue, expected, options);
  const executor = options.transaction ? executorIn(options.transaction) : statementsOf(queue);
  await describeQueue(executor, queue.name); // a misspelt queue has no task either
  const kind = kindOfState(expected);
  const tasks = await readTestTasks(executor, queue.name, kind);
  const compared = tasks.map((task) => ({ task, differences: taskDifferences(expected, task) }));
  const found = compared.filter(({ differences }) => differences.length === 0).map(({ task }) => task);
  const missing = async () => {
    const elsewhere = await Promise.all(
      (['live', 'dead', 'completed'] as const).map(async (other) => {
        if (other === kind) return [];
        const others = await readTestTasks(executor, queue.name, other);
        return others.filter((task) => taskDifferences(withoutState(expected), task).length === 0);
      }),
    );
    return [
      `no ${kind} task of queue ${queue.name} matches ${shown(expected)}`,
      ...listed(compared, kind),
      ...elsewhere.flat().map((task) => `A ${task.state} task matches: ${titleOf(task)}`),
    ].join('\n');
  };
  const unwanted = () =>
    [
      `queue ${queue.name} must have no task that matches ${shown(expected)}, got ${found.length}:`,
      ...found.slice(0, MOST_LISTED).map((task) => `  ${titleOf(task)}`),
    ].join('\n');
  return { found, missing, unwanted };
}

function requireSearch(queue: unknown, expected: unknown, options: object): void {
  if (!(queue instanceof QueueHandle))
    throw new TypeError(`queue must be a queue, such as queues.queue('mail'), got ${kindOf(queue)}`);
  requireKnownKeys(options, ['transaction'], 'the options of expectTask');
  if (typeof expected === 'function') return;
  if (typeof expected !== 'object' || expected === null)
    throw new TypeError(`the task must be described by an object or a function, got ${kindOf(expected)}`);
  requireKnownKeys(expected, keysOf(KEYS), 'the description of a task', GUESSES);
}

function kindOfState(expected: TaskDescription): 'live' | 'dead' | 'completed' {
  const { state } = typeof expected === 'function' ? {} : expected;
  return state === 'dead' || state === 'completed' ? state : 'live';
}

function withoutState(expected: TaskDescription): TaskDescription {
  return typeof expected === 'function' ? expected : { ...expected, state: undefined as never };
}

function listed(compared: { task: TestTask; differences: TaskDifference[] }[], kind: string): string[] {
  if (compared.length === 0) return [`It has no ${kind} task.`];
  const closest = compared.toSorted((a, b) => a.differences.length - b.differences.length);
  const more = closest.length - MOST_LISTED;
  return [
    closest.length === 1 ? 'It has one:' : `It has ${closest.length}, the closest first:`,
    ...closest
      .slice(0, MOST_LISTED)
      .flatMap(({ task, differences }) => [`  ${titleOf(task)}`, ...differences.map((each) => `    ${each}`)]),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}

function titleOf({ method, url, name, state, tag, json, payload, params }: TestTask): string {
  const body = json === undefined ? (Object.keys(params).length > 0 ? params : payload) : json;
  const said = [method === 'PULL' ? 'a pull task' : `${method ?? ''} ${url}`.trim()];
  if (body !== undefined) said.push(shown(body));
  if (tag !== null) said.push(`tag ${tag}`);
  return `${said.join(' ')} (${name}, ${state})`;
}
