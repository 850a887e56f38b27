// Compares a task with what a test expects of it, and says where they differ.

import { isDeepStrictEqual } from 'node:util';
import { requireDuration } from '../../domain/duration.ts';
import { momentText } from '../../store/eta.ts';
import { shown } from './shown.ts';
import type { Moment, TaskDescription, TaskMatcher, TestTask } from './task-matcher.ts';

/** One place where a task is not as expected, as a sentence. */
export type TaskDifference = string;

/** Moments and durations are compared to the second. */
const TOLERANCE_MS = 1_000;

/** None: the task matches. */
export function taskDifferences(expected: TaskDescription, task: TestTask): TaskDifference[] {
  if (typeof expected === 'function') return expected(task) ? [] : ['the function returned false'];
  return Object.entries(expected).flatMap(([key, value]) =>
    value === undefined ? [] : COMPARE[key as keyof TaskMatcher](value as never, task),
  );
}

type Compare = (expected: never, task: TestTask) => TaskDifference[];

const same =
  (key: keyof TestTask): Compare =>
  (expected, task) =>
    differences(expected, task[key], key);

const COMPARE: Record<keyof TaskMatcher, Compare> = {
  name: same('name'),
  url: (expected: unknown, { url }: TestTask) =>
    differences(expected, typeof expected === 'string' && !expected.includes('?') ? url?.split('?')[0] : url, 'url'),
  method: (expected: string, { method }: TestTask) => differences(expected.toUpperCase(), method, 'method'),
  payload: same('payload'),
  json: same('json'),
  params: (expected: Record<string, unknown>, { params }: TestTask) =>
    differences(
      mapValues(expected, (value) => (typeof value === 'number' ? String(value) : value)),
      params,
      'params',
    ),
  headers: (expected: Record<string, unknown>, { headers }: TestTask) =>
    differences(
      mapKeys(expected, (name) => name.toLowerCase()),
      headers,
      'headers',
    ),
  tag: same('tag'),
  target: same('target'),
  namespace: same('namespace'),
  state: same('state'),
  retryCount: same('retryCount'),
  eta: (expected: Moment | { after?: Moment; before?: Moment }, { eta }: TestTask) => {
    const { after, before } = isMoment(expected) ? { after: expected, before: expected } : expected;
    const bounds = { min: msOf(after), max: msOf(before) };
    return isWithin(eta.getTime(), bounds) ? [] : [`eta: expected ${shown(expected)}, got ${eta.toISOString()}`];
  },
  countdown: (expected: number | string | { min?: number | string; max?: number | string }, task: TestTask) => {
    const { min, max } = typeof expected === 'object' ? expected : { min: expected, max: expected };
    const ms = task.eta.getTime() - task.created.getTime();
    const msOfBound = (bound?: number | string) =>
      bound === undefined ? undefined : requireDuration(bound, 'countdown') * 1000;
    return isWithin(ms, { min: msOfBound(min), max: msOfBound(max) })
      ? []
      : [`countdown: expected ${shown(expected)}, got ${ms / 1000} s`];
  },
};

/** Objects may have more properties than are expected; lists have as many elements. */
export function differences(expected: unknown, actual: unknown, path: string): TaskDifference[] {
  const differs = [`${path}: expected ${shown(expected)}, got ${shown(actual)}`];
  if (isAsymmetric(expected)) return expected.asymmetricMatch(actual) ? [] : differs;
  if (typeof expected === 'function') return expected(actual) ? [] : differs;
  if (expected instanceof RegExp) return typeof actual === 'string' && actual.search(expected) >= 0 ? [] : differs;
  if (!isContainer(expected) || !isContainer(actual) || Array.isArray(expected) !== Array.isArray(actual))
    return isDeepStrictEqual(expected, actual) ? [] : differs;
  if (Array.isArray(expected) && expected.length !== (actual as unknown as unknown[]).length) return differs;
  return Object.entries(expected).flatMap(([key, value]) =>
    differences(
      value,
      Object.hasOwn(actual, key) ? actual[key] : undefined,
      Array.isArray(expected) ? `${path}[${key}]` : `${path}.${key}`,
    ),
  );
}

/** A matcher of vitest or jest, such as expect.any(Number). */
function isAsymmetric(value: unknown): value is { asymmetricMatch(actual: unknown): boolean } {
  return typeof (value as { asymmetricMatch?: unknown } | null)?.asymmetricMatch === 'function';
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && (Array.isArray(value) || isPlain(value));
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function isMoment(value: unknown): value is Moment {
  return value instanceof Date || typeof value !== 'object';
}

const msOf = (moment: Moment | undefined) => (moment === undefined ? undefined : Date.parse(momentText(moment, 'eta')));

function isWithin(
  ms: number,
  { min = -Infinity, max = Infinity }: { min?: number | undefined; max?: number | undefined },
) {
  return ms > min - TOLERANCE_MS && ms < max + TOLERANCE_MS;
}

function mapValues(object: Record<string, unknown>, map: (value: unknown) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value)]));
}

function mapKeys(object: Record<string, unknown>, map: (key: string) => string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [map(key), value]));
}
