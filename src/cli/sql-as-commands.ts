// Advice of the database, such as `select taskqueue.resume_queue('mail');`, as the command that does the same.

import type { FunctionName } from '../schema/functions.ts';

type Words = (given: string[], named: Record<string, string>) => string;

const COMMANDS: Partial<Record<FunctionName, Words>> = {
  resume_queue: ([queue]) => `queues resume ${queue}`,
  update_queue: ([queue], named) => `queues update ${queue}${options(named)}`,
  lease_tasks: ([queue], named) => `tasks lease ${queue}${options(named)}`,
  run_task: ([queue, name]) => `tasks run ${queue} ${name}`,
  requeue_task: ([queue, name]) => `tasks requeue ${queue} ${name}`,
  set_target: ([name, url], named) => `targets set ${name} ${url}${options(named)}`,
  allow_url: ([host]) => `serve --allow-url ${host}`,
};

const CALL = /select (?:\* from )?taskqueue\.(\w+)\(([^()]*)\);?/g;

/** The text with its function calls replaced by commands, where a command does the same. */
export function sqlAsCommands(text: string): string {
  return text.replace(CALL, (call, name: FunctionName, given: string) => {
    const words = COMMANDS[name];
    return words ? `pgtaskqueue ${words(...readArguments(given))}` : call;
  });
}

function readArguments(text: string): [given: string[], named: Record<string, string>] {
  const all = text.split(/,\s*(?=(?:[^']*'[^']*')*[^']*$)/).map((one) => one.trim());
  const isNamed = (one: string) => /^\w+ => /.test(one);
  const named = all.filter(isNamed).map((one) => {
    const [name = '', value = ''] = one.split(' => ');
    return [name, plain(value)];
  });
  return [all.filter((one) => !isNamed(one)).map(plain), Object.fromEntries(named)];
}

function plain(literal: string): string {
  if (literal === '...') return '…';
  return literal.replace(/^'(.*)'$/s, (_, inner: string) => inner.replaceAll("''", "'"));
}

function options(named: Record<string, string>): string {
  return Object.entries(named)
    .map(([name, value]) => ` --${name.replaceAll('_', '-')} ${value}`)
    .join('');
}
