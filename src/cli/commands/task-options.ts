// The flags that say what a task is like, and the task they mean.

import type { Command } from 'commander';
import type { NewTask } from '../../domain/task.ts';
import { defined } from '../../server/defined.ts';
import { duration, header, json } from '../arguments.ts';

/** The flags of `tasks add`, as commander hands them over. */
export interface TaskFlags {
  queue: string;
  url?: string;
  method?: string;
  payload?: string;
  jsonPayload?: unknown;
  header?: Record<string, string>;
  name?: string;
  tag?: string;
  countdown?: number;
  eta?: string;
  target?: string;
  dispatchDeadline?: number;
  namespace?: string;
}

/** Adds the flags of a new task to a command. */
export function addTaskOptions(command: Command): Command {
  return command
    .option('--url <path>', 'path of the handler at the target; default /_ah/queue/<queue>')
    .option('--method <method>', 'POST, PUT, GET, HEAD or DELETE; default POST')
    .option('--payload <text>', 'the body, as text')
    .option('--json-payload <json>', 'the body, as JSON', json)
    .option('--header <header>', "'name: value'; may be repeated", header)
    .option('--name <name>', 'a name of your own: a second task of that name is refused')
    .option('--tag <tag>', 'label by which workers of a pull queue pick')
    .option('--countdown <duration>', 'earliest time from now, in seconds or such as 30m', duration)
    .option('--eta <moment>', 'earliest moment, with its offset: 2030-01-31T08:30:00Z')
    .option('--target <name>', 'where to send it; default: the target `default`')
    .option('--dispatch-deadline <duration>', 'how long its handler may take, 15s to 24h', duration)
    .option('--namespace <namespace>', 'label of a tenant, handed to the handler');
}

/** The task the flags describe. */
export function newTask(flags: TaskFlags): NewTask {
  const { url, method, payload, jsonPayload, header: headers, name, tag, countdown, eta, target, namespace } = flags;
  return defined({
    url,
    method,
    payload,
    json: jsonPayload,
    headers,
    name,
    tag,
    countdown,
    eta,
    target,
    namespace,
    dispatchDeadline: flags.dispatchDeadline,
  }) as NewTask;
}
