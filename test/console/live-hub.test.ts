// The hub behind live updates: one refresh for all tabs, and what is sent to each.

import { html } from 'hono/html';
import { afterEach, describe, expect, test } from 'vitest';
import type { Cells } from '../../src/console/html.ts';
import { LiveHub, type Tab } from '../../src/console/live/live-hub.ts';
import type { LiveMessage } from '../../src/console/live/live-page.ts';
import { Snapshots } from '../../src/console/live/snapshots.ts';
import type { Executor } from '../../src/postgres/executor.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { explaining, plansOf } from '../migrations/explained.ts';
import { useDatabase } from '../support/db.ts';
import { eventually } from '../support/eventually.ts';

const database = useDatabase();
const hubs: LiveHub[] = [];
afterEach(() => Promise.all(hubs.splice(0).map((hub) => hub.stop())));

/** A hub whose statements are counted. */
function counted() {
  const statements: string[] = [];
  const executor: Executor = {
    query: (text, values) => {
      statements.push(text);
      return database.pool.query(text, values);
    },
  };
  const snapshots = new Snapshots({ executor, led: () => [], clock: systemClock });
  const hub = new LiveHub({ snapshots, clock: systemClock, logger: silentLogger });
  hubs.push(hub);
  return { hub, refreshes: () => statements.filter((text) => text.includes('"live_queues"')).length };
}

function tab(): Tab & { messages: LiveMessage[] } {
  const messages: LiveMessage[] = [];
  return { messages, send: (message) => messages.push(message), end() {} };
}

const page = (key: string, cells: () => Record<string, string>) => ({
  key,
  cells: async (): Promise<Cells> =>
    new Map(Object.entries(cells()).map(([id, text]) => [id, html`<b id="${id}">${text}</b>`])),
});

describe('refreshes', () => {
  test('fifty tabs cost one a second, and none when they are gone', async () => {
    const { hub, refreshes } = counted();
    let renderings = 0;
    const viewed = page('queues', () => ({ a: String(++renderings) }));
    const tabs = Array.from({ length: 50 }, tab);
    const leave = tabs.map((each) => hub.follow(viewed, 0, each));
    await eventually(() => tabs.every(({ messages }) => messages.length >= 3));
    const most = Math.max(...tabs.map(({ messages }) => messages.length));
    expect(refreshes()).toBeLessThanOrEqual(most + 1);
    expect(renderings).toBeLessThanOrEqual(most + 1);
    for (const each of leave) each();
    expect(hub.tabs).toBe(0);
  });

  test('what has not changed is not sent again, and ages are no change', async () => {
    const { hub } = counted();
    let changing = 1;
    const viewed = {
      key: 'ages',
      cells: async (): Promise<Cells> =>
        new Map([
          ['same', html`<b id="same">same</b>`],
          ['age', html`<b id="age"><time data-age>${++changing}</time></b>`],
          ['other', html`<b id="other">${++changing}</b>`],
        ]),
    };
    const seen = tab();
    hub.follow(viewed, 0, seen);
    await eventually(() => seen.messages.length >= 2);
    const [first, second] = seen.messages;
    expect(Object.keys(first?.cells ?? {})).toEqual(['same', 'age', 'other']);
    expect(first?.ids).toEqual(['same', 'age', 'other']);
    expect(Object.keys(second?.cells ?? {})).toEqual(['other']);
    expect(second?.ids).toBeUndefined();
  });

  test('a tab that polls is told what is newer than what it has', async () => {
    const { hub } = counted();
    const cells: Record<string, string> = { a: '1', b: '1' };
    const viewed = page('polled', () => cells);
    const { version } = await hub.poll(viewed, 0);
    cells.b = '2';
    await eventually(async () => expect(Object.keys((await hub.poll(viewed, version)).cells)).toEqual(['b']));
  });

  test('a page that cannot be made says why', async () => {
    const { hub } = counted();
    const seen = tab();
    hub.follow({ key: 'broken', cells: () => Promise.reject(new Error('secret')) }, 0, seen);
    await eventually(() => seen.messages.length >= 1);
    expect(seen.messages[0]?.problem).toBe('the server could not read the database; its log says why');
  });
});

test('a refresh reads notes by their index, and no tasks', async () => {
  const client = await explaining(database);
  const plans = await plansOf(client, 'select * from taskqueue.live_queues()');
  expect(plans).toMatch(/Index Scan using _statistics\w*_queue_id_at_idx on _statistics/);
  expect(plans).not.toMatch(/Seq Scan on _statistics/);
  expect(plans).not.toMatch(/ on _tasks/);
});
