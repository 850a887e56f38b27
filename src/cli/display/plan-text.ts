// A plan for queues, as a terminal shows it: one line per queue.

import type { QueueChange } from '../../domain/queue-file/queue-change.ts';
import type { Output } from '../output.ts';
import { printable } from './text.ts';

type Change = QueueChange['change'];
const COLOR = {
  create: 'green',
  change: 'yellow',
  pause: 'red',
  resume: 'green',
  disable: 'red',
  adopt: 'cyan',
} as const;

/** Whether a change needs confirmation. That the file owns a queue from now on does not. */
export function isDifference({ change }: QueueChange): boolean {
  return change !== 'adopt';
}

/** The plan for people. */
export function planText(plan: readonly QueueChange[], colors: Output['colors']): string {
  const lines = [...Map.groupBy(plan, ({ queue }) => queue)].map(([queue, changes]) => {
    const { verb, text } = queueLine(queue ?? 'all queues', changes);
    return colors[COLOR[verb]](text);
  });
  return [...lines, ...(plan.some(isDifference) ? [] : ['No changes.'])].join('\n');
}

function queueLine(name: string, changes: readonly QueueChange[]): { verb: Change; text: string } {
  const settings = changes.filter(({ change }) => change === 'create' || change === 'change').map(settingText);
  const acts = changes.map(({ change }) => change).filter((change) => change !== 'create' && change !== 'change');
  const verb = changes[0]?.change ?? 'change';
  const text =
    settings.length > 0 ? `${verb} ${name}: ${[...settings, ...acts].join(', ')}` : `${acts.join(' and ')} ${name}`;
  return { verb, text };
}

function settingText({ change, setting, before, after }: QueueChange): string {
  const shown = (value: string | null) => (value === null ? 'none' : printable(value));
  return change === 'create' ? `${setting} ${shown(after)}` : `${setting}: ${shown(before)} → ${shown(after)}`;
}
