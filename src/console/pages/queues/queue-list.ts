// Which queues the list shows, and in which order: both stand in the address.

import type { QueueNow } from '../../live/queue-now.ts';
import type { ConsoleRequest } from '../../route.ts';
import { drainTimeOf, dueTasks, outlookOf } from './outlook.ts';

export const SHOWN = {
  all: 'All',
  hurting: 'Hurting',
  push: 'Push',
  pull: 'Pull',
  disabled: 'Disabled',
} as const;
export type ShownQueues = keyof typeof SHOWN;

export const SORTS = {
  hurts: 'what hurts',
  name: 'name',
  tasks: 'tasks',
  oldest: 'oldest',
  drain: 'drain time',
} as const;
export type Sort = keyof typeof SORTS;

/** What the address asks for; unknown values count as missing. */
export interface ListView {
  show: ShownQueues;
  sort: Sort;
  /** From 1. */
  page: number;
}

const PAGE = 100;

export function listView(request: ConsoleRequest): ListView {
  const [show, sort, page] = [request.query('show') ?? '', request.query('sort') ?? '', Number(request.query('page'))];
  return {
    show: Object.hasOwn(SHOWN, show) ? (show as ShownQueues) : 'all',
    sort: Object.hasOwn(SORTS, sort) ? (sort as Sort) : 'hurts',
    page: Number.isInteger(page) && page >= 1 ? page : 1,
  };
}

/** The address of a view; what it would be anyway is left out. */
export function listPath({ show, sort, page }: ListView): string {
  const given = { show: show === 'all' ? '' : show, sort: sort === 'hurts' ? '' : sort, page: page === 1 ? '' : page };
  const query = new URLSearchParams(
    Object.entries(given).flatMap(([key, value]) => (value ? [[key, `${value}`]] : [])),
  );
  return query.size > 0 ? `queues?${query}` : 'queues';
}

export interface QueueList {
  view: ListView;
  /** Of all queues that the caller may read. */
  numbers: Record<ShownQueues, number>;
  /** The most hurting first, at most three. */
  hurting: readonly QueueNow[];
  /** Of this page. */
  queues: readonly QueueNow[];
  /** How many the view has. */
  total: number;
  pages: number;
}

export function queueList(queues: readonly QueueNow[], view: ListView, now: Date): QueueList {
  const hurts = new Map(queues.map((queue) => [queue, outlookOf(queue, now).hurts]));
  const isShown: Record<ShownQueues, (queue: QueueNow) => boolean> = {
    all: () => true,
    hurting: (queue) => (hurts.get(queue) ?? 0) > 0,
    push: ({ mode }) => mode === 'push',
    pull: ({ mode }) => mode === 'pull',
    disabled: ({ state }) => state === 'disabled',
  };
  const shown = queues.filter(isShown[view.show]).sort(orderOf(view.sort, hurts));
  const byHurt = [...queues].sort(orderOf('hurts', hurts));
  const pages = Math.max(1, Math.ceil(shown.length / PAGE));
  const page = Math.min(view.page, pages);
  const numberOf = (show: ShownQueues) => queues.filter(isShown[show]).length;
  return {
    view: { ...view, page },
    numbers: Object.fromEntries(Object.keys(SHOWN).map((show) => [show, numberOf(show as ShownQueues)])) as Record<
      ShownQueues,
      number
    >,
    hurting: byHurt.filter(isShown.hurting).slice(0, 3),
    queues: shown.slice((page - 1) * PAGE, page * PAGE),
    total: shown.length,
    pages,
  };
}

type Order = (a: QueueNow, b: QueueNow) => number;

function orderOf(sort: Sort, hurts: ReadonlyMap<QueueNow, number>): Order {
  const oldest = ({ depth }: QueueNow) => depth.oldestDue?.getTime() ?? Infinity;
  const weight: Record<Sort, (queue: QueueNow) => readonly number[]> = {
    // what hurts alike is sorted by how much waits, in steps, so that rows rest
    hurts: (queue) => [-(hurts.get(queue) ?? 0), -Math.ceil(Math.log10(dueTasks(queue) + 1)), activity(queue)],
    name: () => [],
    tasks: ({ depth }) => [-depth.tasks],
    oldest: (queue) => [oldest(queue)],
    drain: (queue) => [-drainTimeOf(queue, []).seconds],
  };
  const of = weight[sort];
  return (a, b) => {
    const [left, right] = [of(a), of(b)];
    for (const [i, value] of left.entries()) {
      const other = right[i] ?? 0;
      if (value !== other) return value < other ? -1 : 1;
    }
    return a.name < b.name ? -1 : 1;
  };
}

/** Queues in use come before those that rest, and disabled ones last. */
function activity({ state, depth, lastMinute }: QueueNow): number {
  if (state === 'disabled') return 3;
  if (depth.tasks > 0) return 0;
  return lastMinute.started > 0 ? 1 : 2;
}
