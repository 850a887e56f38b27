// The jobs of BullMQ 4 to 6, read with the client of Redis that an application of BullMQ has installed.

import type { Redis } from 'ioredis';
import { type Backlog, ROWS_PER_PAGE, type WaitingJob } from './backlog.ts';

/** Where BullMQ keeps jobs that wait. The oldest of a list is at its end. */
const LISTS = ['wait', 'paused'];
const SETS = ['prioritized', 'delayed'];

/** @param prefix of BullMQ's keys, such as `bull` */
export async function bullMqBacklog(url: string, prefix = 'bull'): Promise<Backlog> {
  const redis = await connect(url);
  return {
    prefix: 'bullmq',
    async *pages() {
      for (const queue of await queuesOf(redis, prefix)) {
        for await (const ids of waiting(redis, `${prefix}:${queue}`)) {
          yield (await Promise.all(ids.map((id) => readJob(redis, prefix, queue, id)))).filter(
            (job) => job !== undefined,
          );
        }
      }
    },
    active: async () => {
      const queues = await queuesOf(redis, prefix);
      const counts = await Promise.all(queues.map((queue) => redis.llen(`${prefix}:${queue}:active`)));
      return new Map(queues.map((queue, at) => [queue, counts[at] ?? 0]));
    },
    close: async () => redis.disconnect(),
  };
}

async function connect(url: string): Promise<Redis> {
  const { Redis } = await import('ioredis').catch((cause) => {
    throw new Error('the package ioredis must be installed to import from BullMQ: npm install ioredis', { cause });
  });
  const redis = new Redis(url, {
    ...{ connectTimeout: 5_000, commandTimeout: 30_000 }, // a Redis that never answers is an error
    ...{ lazyConnect: true, maxRetriesPerRequest: 3, retryStrategy: () => null },
  });
  redis.on('error', () => {}); // the command under way rejects with it
  await redis.connect();
  return redis;
}

/** Each queue has a key `bull:NAME:meta`. Names may contain anything but a colon. */
async function queuesOf(redis: Redis, prefix: string): Promise<string[]> {
  const found = new Set<string>();
  const pattern = `${prefix.replaceAll(/[[\]*?\\]/g, '\\$&')}:*:meta`;
  for await (const keys of redis.scanStream({ match: pattern, count: ROWS_PER_PAGE }))
    for (const key of keys as string[]) found.add(key.slice(prefix.length + 1, -':meta'.length));
  return [...found].filter((name) => !name.includes(':')).sort();
}

async function* waiting(redis: Redis, key: string): AsyncIterable<string[]> {
  for (const list of LISTS) {
    const ids = (await redis.lrange(`${key}:${list}`, 0, -1)).reverse();
    yield* inPages(ids);
  }
  for (const set of SETS) yield* inPages(await redis.zrange(`${key}:${set}`, '0', '-1'));
}

function* inPages(ids: readonly string[]): Iterable<string[]> {
  for (let at = 0; at < ids.length; at += ROWS_PER_PAGE) yield ids.slice(at, at + ROWS_PER_PAGE);
}

/** Undefined: it has gone meanwhile, or the id is one of BullMQ's markers. */
async function readJob(redis: Redis, prefix: string, queue: string, id: string): Promise<WaitingJob | undefined> {
  const { name, data, timestamp, delay } = await redis.hgetall(`${prefix}:${queue}:${id}`);
  if (data === undefined) return undefined;
  const startsAt = Number(delay) > 0 ? Number(timestamp) + Number(delay) : undefined;
  return { queue, id: `${queue}-${id}`, payload: data, startsAt, kind: name };
}
