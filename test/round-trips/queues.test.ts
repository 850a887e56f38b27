// What a queue is made with comes back: by SQL and by TypeScript, from the view, the audit, an update, and a queue file that is exported and applied.

import { beforeAll, expect, test } from 'vitest';
import { describeQueueText } from '../../src/cli/display/queue-text.ts';
import { buildProgram } from '../../src/cli/program.ts';
import { type NewQueue, QUEUE_SETTINGS } from '../../src/domain/queue.ts';
import { queueConfigOf } from '../../src/domain/queue-file/queue-config-of.ts';
import { functions } from '../../src/schema/functions.ts';
import { applyQueueConfig } from '../../src/store/queue-configs.ts';
import { createQueue, describeQueue, listQueues, updateQueue } from '../../src/store/queues.ts';
import { runHere } from '../cli/command.ts';
import { useDatabase } from '../support/db.ts';
import { nextName } from '../support/names.ts';
import { rows, value } from '../support/sql.ts';
import { QUEUE_SAMPLES } from './queue-samples.ts';

const db = useDatabase();
beforeAll(() => {
  process.env.DATABASE_URL = db.url; // for the command line
});
const settings = Object.keys(QUEUE_SAMPLES) as (keyof NewQueue)[];

test('the database and TypeScript have the same list of settings', async () => {
  const listed = await rows(db.pool, 'select setting, file_key, push_only from taskqueue._queue_keys()');
  expect(listed).toEqual(
    Object.values(QUEUE_SETTINGS).map(({ column, fileKey, pushOnly }) => ({
      setting: column,
      file_key: fileKey,
      push_only: pushOnly,
    })),
  );
  const taken = Object.keys(functions.create_queue).filter((argument) => argument !== 'queue');
  expect(listed.map(({ setting }) => setting).sort()).toEqual(taken.sort());
  expect(Object.keys(functions.update_queue)).toEqual(Object.keys(functions.create_queue));
  expect(settings.map((name) => QUEUE_SAMPLES[name].argument)).toEqual(
    settings.map((name) => QUEUE_SETTINGS[name].column),
  );
});

test.for(settings)('by SQL: %s is seen, recorded and changed', async (name) => {
  const { argument, inSql, value: given, other, beside, history } = QUEUE_SAMPLES[name];
  const queue = nextName('sql');
  const mode = beside?.mode ? `, mode => '${beside.mode}'` : '';
  await db.pool.query(`select taskqueue.create_queue($1, ${argument} => $2${mode})`, [queue, inSql[0]]);
  expect(await describeQueue(db.pool, queue)).toMatchObject({ [name]: given });
  expect(await recorded(queue)).toHaveProperty(argument);
  await db.pool.query(`select taskqueue.update_queue($1, ${argument} => $2)`, [queue, inSql[1]]);
  expect(await describeQueue(db.pool, queue)).toMatchObject({ [name]: other });
  const changes = `select setting from taskqueue.queue_history where queue = $1 and id = (select max(id) from taskqueue.audit)`;
  expect((await rows<{ setting: string }>(db.pool, changes, [queue])).map(({ setting }) => setting)).toEqual(
    expect.arrayContaining([...history]),
  );
});

test.for(settings)('by TypeScript: %s is seen and changed', async (name) => {
  const { value: given, other, beside, describes } = QUEUE_SAMPLES[name];
  const queue = nextName('ts');
  expect(await createQueue(db.pool, queue, { ...beside, [name]: given })).toMatchObject({ [name]: given });
  const seen = await describeQueue(db.pool, queue);
  expect(seen).toMatchObject({ [name]: given });
  expect(describeQueueText(seen)).toMatch(describes);
  expect(await updateQueue(db.pool, queue, { [name]: other })).toMatchObject({ [name]: other });
});

test.for(settings)('by the command line: %s is seen', async (name) => {
  const queue = nextName('cli');
  const { stderr } = await runHere(['queues', 'create', queue, ...QUEUE_SAMPLES[name].flags]);
  expect(stderr).toBe('');
  expect(await describeQueue(db.pool, queue)).toMatchObject({ [name]: QUEUE_SAMPLES[name].value });
});

test.for(['create', 'update'])('every option of `queues %s` is in a sample', (command) => {
  const verb = buildProgram()
    .commands.find((noun) => noun.name() === 'queues')
    ?.commands.find((one) => one.name() === command);
  const sampled = settings.flatMap((name) => QUEUE_SAMPLES[name].flags);
  const options = verb?.options.filter(({ hidden }) => !hidden).map(({ long }) => long ?? '') ?? [];
  expect(options.length).toBeGreaterThan(10);
  expect(options.filter((option) => !sampled.includes(option))).toEqual([]);
});

test.for(settings)('by a queue file: %s is exported, applied and found again', async (name) => {
  const { value: given, other, beside, inFile } = QUEUE_SAMPLES[name];
  const queue = nextName('file');
  await createQueue(db.pool, queue, { ...beside, [name]: given });
  const config = queueConfigOf(await listQueues(db.pool));
  const entry = config.queue?.find((one) => one.name === queue);
  if (inFile) expect(entry).toMatchObject(inFile);
  expect((await applyQueueConfig(db.pool, config)).filter(({ change }) => change !== 'adopt')).toEqual([]);
  await updateQueue(db.pool, queue, { [name]: other });
  await applyQueueConfig(db.pool, config);
  expect(await describeQueue(db.pool, queue)).toMatchObject({ [name]: inFile ? given : other });
});

async function recorded(queue: string): Promise<object> {
  return value(db.pool, `select after from taskqueue.audit where object = $1 order by id limit 1`, [`queue ${queue}`]);
}
