// The filter of a list of tasks, as words: `state:retrying attempts:>3 status:5xx url:/send name:order-*`. It stands in
// the page's address.

import type { TaskFilter } from '../../../domain/found-task.ts';
import type { TaskState } from '../../../domain/task.ts';
import { typedDuration } from '../../parts/durations.ts';

export interface FilterWords {
  /** As they were written, without duplicates of a key. */
  words: readonly string[];
  filter: TaskFilter;
  /** What is wrong with words, one sentence each; those words are not in the filter. */
  problems: readonly string[];
}

const STATES: readonly TaskState[] = ['scheduled', 'due', 'dispatched', 'leased', 'retrying'];

/** Reads a filter. A later word replaces an earlier one of the same key. */
export function parseFilter(text: string): FilterWords {
  const byKey = new Map<string, { word: string; part: TaskFilter }>();
  const problems: string[] = [];
  for (const word of splitWords(text)) {
    const [key, value] = keyAndValue(word);
    const read = READERS[key];
    const part = read ? read(value) : `a filter must be one of ${Object.keys(READERS).join(', ')}, got ${key}`;
    byKey.delete(key);
    if (typeof part === 'string') problems.push(part);
    else byKey.set(key, { word, part });
  }
  const entries = [...byKey.values()];
  return {
    words: entries.map(({ word }) => word),
    filter: Object.assign({}, ...entries.map(({ part }) => part)),
    problems,
  };
}

/** The words of a filter as text: `parseFilter` reads it again. */
export function filterText(words: readonly string[]): string {
  return words.join(' ');
}

/** A word for a value, quoted if it has spaces. */
export function filterWord(key: string, value: string): string {
  return /[\s"]/.test(value) ? `${key}:"${value.replaceAll('"', '')}"` : `${key}:${value}`;
}

function splitWords(text: string): string[] {
  return (text.match(/(?:[^\s"]|"[^"]*"?)+/g) ?? []).slice(0, 20);
}

function keyAndValue(word: string): [string, string] {
  const at = word.indexOf(':');
  const plain = (value: string) => value.replaceAll('"', '');
  if (at > 0 && /^[a-z]+$/.test(word.slice(0, at))) return [word.slice(0, at), plain(word.slice(at + 1))];
  return ['name', plain(word)];
}

/** Each returns its part of the filter, or what is wrong. */
const READERS: Record<string, (value: string) => TaskFilter | string> = {
  state: (value) => {
    const state = STATES.find((one) => one === value.toLowerCase());
    return state ? { state } : `state must be one of ${STATES.join(', ')}, got ${value}`;
  },
  attempts: (value) => {
    const range = wholeRange(value);
    if (!range) return `attempts must be a number such as 3 or >3, got ${value}`;
    return { ...named('min_attempts', range.min), ...named('max_attempts', range.max) };
  },
  status: (value) => {
    const range = statusRange(value);
    if (!range) return `status must be none, a code such as 503, or 5xx, got ${value}`;
    return { ...named('min_status', range.min), ...named('max_status', range.max) };
  },
  url: (value) => given('url', value),
  tag: (value) => given('tag', value),
  target: (value) => given('target', value),
  method: (value) => given('method', value.toUpperCase()),
  age: (value) => {
    const [, sign = '', amount = ''] = /^([<>]?)(.*)$/.exec(value) ?? [];
    const seconds = typedDuration(amount);
    if (seconds === undefined || sign === '') return `age must be a duration such as >1h or <10m, got ${value}`;
    return sign === '>' ? { min_age: seconds } : { max_age: seconds };
  },
  name: (value) => {
    if (value === '') return 'name must be a name, or its beginning and *, got nothing';
    return value.endsWith('*') ? { name_prefix: value.slice(0, -1) } : { name: value };
  },
};

function given(key: 'url' | 'tag' | 'target' | 'method', value: string): TaskFilter | string {
  return value === '' ? `${key} must be a text, got nothing` : { [key]: value };
}

function named(key: keyof TaskFilter, value: number | undefined): TaskFilter {
  return value === undefined ? {} : { [key]: value };
}

interface Range {
  min?: number;
  max?: number;
}

function wholeRange(value: string): Range | undefined {
  const [, sign, digits] = /^(>=|<=|>|<)?(\d{1,6})$/.exec(value) ?? [];
  if (digits === undefined) return undefined;
  const number = Number(digits);
  if (sign === undefined) return { min: number, max: number };
  if (sign.startsWith('>')) return { min: sign === '>' ? number + 1 : number };
  return sign === '<' && number === 0 ? undefined : { max: sign === '<' ? number - 1 : number };
}

function statusRange(value: string): Range | undefined {
  if (value.toLowerCase() === 'none') return { min: 0, max: 0 };
  const [, hundred] = /^([1-5])xx$/i.exec(value) ?? [];
  if (hundred !== undefined) return { min: Number(hundred) * 100, max: Number(hundred) * 100 + 99 };
  return wholeRange(value);
}
