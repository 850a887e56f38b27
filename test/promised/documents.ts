// The documents that the command prints with --json, as the paths of their keys: `queues list: [].name`.

import { expect } from 'vitest';
import { runHere } from '../cli/command.ts';

/** Commands whose output is no document, which run until they are stopped, or which need another store. */
export const WITHOUT_DOCUMENT = [
  'completion',
  'dev',
  'import',
  'queues export',
  'queues watch',
  'relay',
  'serve',
  'tasks move',
  'worker',
];

/** Keys whose values are the user's own names. */
const MAPS = new Set(['headers', 'params', 'detail', 'details', 'conditions']);

/** A value from an earlier document. */
type Found = Record<string, string>;

/**
 * What each command is run with, and what its document gives to later ones, which name it `{token}`; or the exit code
 * if that is not 0.
 */
const RUNS: readonly [line: string, then?: number | ((document: never) => Found)][] = [
  ['migrate --check'],
  ['migrate'],
  ['queues create mail --rate 5/s --target web --task-retry-limit 0 --tombstone-ttl 1h'],
  ['queues create photos --mode pull'],
  ['queues create gone'],
  ['queues update mail --bucket-size 7'],
  ['queues pause mail --reason deployment --for 30m'],
  ['queues list'],
  ['queues describe mail'],
  ['queues resume mail'],
  ['queues purge gone --yes'],
  ['queues delete gone --yes'],
  ['queues apply {queueFile} --dry-run', 1],
  ['queues apply {queueFile} --yes'],
  ['targets set web http://127.0.0.1:1'],
  ['targets list'],
  ['keys generate'],
  ['keys rotate web --reference env:NO_SUCH_SECRET'],
  ['keys list'],
  ['keys revoke web --reference env:NO_SUCH_SECRET'],
  ['targets remove web'],
  ['tokens create shop@example.com --right enqueue --expires-in 30d', ({ id }: { id: string }) => ({ token: id })],
  ['tokens list'],
  ['tokens revoke {token}'],
  ['tasks add mail --name receipt-7 --url /send --json-payload {} --header X-One:1 --countdown 1h'],
  ['tasks list mail'],
  ['tasks describe mail receipt-7'],
  ['tasks explain mail receipt-7'],
  ['tasks run mail receipt-7'],
  ['tasks delete mail receipt-7'],
  ['tasks add photos --name photo-7 --payload x --tag red'],
  ['tasks lease photos', ([{ lease_token }]: [{ lease_token: string }]) => ({ lease: lease_token })],
  ['tasks release photos photo-7 --lease-token {lease} --error no-paper --permanent'],
  ['tasks attempts photos photo-7'],
  ['tasks dead photos'],
  ['tasks describe photos photo-7'],
  ['tasks requeue photos photo-7'],
  ['tasks requeue photos --all'],
  ['tasks wait mail receipt-7 --timeout 5s'],
  ['tasks completed mail'],
  ['tasks send --url {handler} --payload x --key file:{secret}'],
  ['tasks add photos --name photo-8 --payload x'],
  ['tasks export photos --file {taskFile}'],
  ['tasks export photos --finish --yes'],
  ['tasks import photos {taskFile}'],
  ['cron apply {cronFile} --yes'],
  ['cron list', ([{ name }]: [{ name: string }]) => ({ cron: name })],
  ['cron run {cron}'],
  ['audit'],
  ['verify'],
  ['doctor', 1],
  ['tasks describe mail nobody', 3],
];

/** Runs all commands, and returns the paths of all keys that they print. */
export async function documentPaths(database: string, given: Found): Promise<{ ran: Set<string>; paths: string[] }> {
  const found = { ...given };
  const ran = new Set<string>();
  const paths = new Set<string>();
  for (const [line, then = 0] of RUNS) {
    const words = line.split(' ').map((word) => word.replace(/\{(\w+)\}/, (whole, name) => found[name] ?? whole));
    const { code, stdout, stderr } = await runHere([...words, '--json', '--database-url', database]);
    const name = line.split(' ').filter((word) => /^[a-z]+$/.test(word));
    const command = name.slice(0, ['migrate', 'audit', 'verify', 'doctor'].includes(name[0] ?? '') ? 1 : 2).join(' ');
    const document = parse(stdout, `${line}: ${stderr}`);
    ran.add(command);
    for (const one of pathsOf(document)) paths.add(`JSON of ${command}: ${one}`);
    if (typeof then === 'function') Object.assign(found, then(document as never));
    expect(code, `${line}: ${stdout}`).toBe(typeof then === 'number' ? then : 0);
  }
  return { ran, paths: [...paths].sort() };
}

function parse(text: string, about: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return expect.unreachable(`no document from ${about}\n${text}`);
  }
}

function pathsOf(value: unknown, at = ''): string[] {
  if (Array.isArray(value)) return inAll(value.map((one) => pathsOf(one, `${at}[]`)));
  if (typeof value !== 'object' || value === null) return at === '' ? ['(a value)'] : [at];
  if (MAPS.has(at.replace(/^.*[.\]]/, ''))) return [at];
  return Object.entries(value).flatMap(([key, inner]) => [
    ...(typeof inner === 'object' && inner !== null ? [`${at}.${key}`.replace(/^\./, '')] : []),
    ...pathsOf(inner, `${at}.${key}`.replace(/^\./, '')),
  ]);
}

/** What a list promises is what each of its members has. */
const inAll = (lists: string[][]) => (lists[0] ?? []).filter((one) => lists.every((list) => list.includes(one)));
