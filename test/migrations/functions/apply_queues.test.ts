// What applying a queue file does to the queues, line by line of the table.
import { beforeEach, describe, expect, test } from 'vitest';
import { useDatabase } from '../../support/db.ts';
import { refusal, rows, value } from '../../support/sql.ts';

const db = useDatabase();

interface Options {
  dry_run?: boolean;
  approved?: unknown;
  disable_all?: boolean;
}

async function apply(config: object, { dry_run = false, approved = null, disable_all = false }: Options = {}) {
  const found = await rows<Record<'queue' | 'change' | 'setting' | 'before' | 'after', string | null>>(
    db.pool,
    'select * from taskqueue.apply_queues($1, $2, $3, $4)',
    [JSON.stringify(config), dry_run, approved && JSON.stringify(approved), disable_all],
  );
  return found;
}

const told = async (config: object, options?: Options) =>
  (await apply(config, options)).map(
    ({ queue, change, setting, before, after }) => `${queue} ${change} ${setting} ${before}→${after}`,
  );
const state = (queue: string) => value<string>(db.pool, 'select state from taskqueue.queues where name = $1', [queue]);
const sql = (text: string) => db.pool.query(text);

const mail = (more: object = {}) => ({ name: 'mail', rate: '5/s', ...more });
const file = (...queue: object[]) => ({ queue });

beforeEach(async () => {
  await sql(`select taskqueue.delete_queue(name) from taskqueue.queues where name <> 'default'`);
  await sql('delete from taskqueue._queues where deleted_at is not null');
  await sql('delete from taskqueue._settings');
});

test('an absent queue is made, running, with the defaults of a file', async () => {
  expect(await told(file(mail()))).toEqual([
    'mail create mode null→push',
    'mail create rate null→5/s',
    'mail create bucket_size null→5',
    'mail create max_concurrent_requests null→1000',
    'mail create min_backoff_seconds null→0.1',
    'mail create max_backoff_seconds null→3600',
    'mail create max_doublings null→16',
  ]);
  expect(
    await rows(
      db.pool,
      `select state, tombstone_ttl = interval '9 days' as nine_days from taskqueue.queues where name = 'mail'`,
    ),
  ).toEqual([{ state: 'running', nine_days: true }]);
  expect(await told(file(mail()))).toEqual([]);
});

test('a rate of 0 makes it paused, and adding goes on', async () => {
  expect((await told(file(mail({ rate: '0' })))).at(-1)).toBe('mail pause state running→paused');
  expect(await told(file(mail({ rate: '0' })))).toEqual([]);
  await sql(`select taskqueue.add('mail')`);
  expect(await told(file(mail()))).toEqual(['mail change rate 0→5/s', 'mail resume state paused→running']);
  expect(await told(file(mail({ rate: '0/s' })))).toEqual([
    'mail change rate 5/s→0/s',
    'mail pause state running→paused',
  ]);
});

test('a queue that is there is changed to what the file says, tasks stay; what the file leaves out has its default again', async () => {
  await apply(
    file(mail({ bucket_size: 20, target: 'worker', retry_parameters: { task_retry_limit: 3, task_age_limit: '2d' } })),
  );
  await sql(`select taskqueue.add('mail')`);
  expect(await told(file(mail({ rate: '10/s', retry_parameters: { task_age_limit: '1h' } })))).toEqual([
    'mail change rate 5/s→10/s',
    'mail change bucket_size 20→5',
    'mail change target worker→null',
    'mail change task_retry_limit 3→null',
    'mail change task_age_limit 172800→3600',
  ]);
  expect(await value(db.pool, `select tasks::integer from taskqueue.queues where name = 'mail'`)).toBe(1);
});

test('one back-off that conflicts with the default of the other moves it along', async () => {
  await apply(file(mail({ retry_parameters: { min_backoff_seconds: 4000 } })));
  expect(
    await value(db.pool, `select (retry ->> 'max_backoff_seconds')::integer from taskqueue.queues where name = 'mail'`),
  ).toBe(4000);
});

describe('paused and disabled queues', () => {
  beforeEach(async () => {
    await apply(file(mail(), { name: 'work', mode: 'pull' }));
    await sql(`select taskqueue.pause_queue('mail', reason => 'by hand'), taskqueue.pause_queue('work')`);
  });

  test('in the file: resumed, push and pull', async () => {
    expect(await told(file(mail(), { name: 'work', mode: 'pull' }))).toEqual([
      'mail resume state paused→running',
      'work resume state paused→running',
    ]);
  });

  test('with resume_paused_queues: False they are left as they are', async () => {
    expect(await told({ resume_paused_queues: false, ...file(mail(), { name: 'work', mode: 'pull' }) })).toEqual([]);
    expect(
      await told({ resume_paused_queues: false, ...file(mail({ rate: '6/s' }), { name: 'work', mode: 'pull' }) }),
    ).toEqual(['mail change rate 5/s→6/s']);
    expect(await state('mail')).toBe('paused');
  });

  test('absent from the file: unchanged', async () => {
    expect(await told(file())).toEqual([]);
    expect(await state('mail')).toBe('paused');
  });
});

test('a running queue that the file leaves out is disabled, not deleted: tasks stay, adding goes on, and being listed again resumes it', async () => {
  await apply(file(mail()));
  await sql(`select taskqueue.add('mail')`);
  expect(await told(file())).toEqual(['mail disable state running→disabled']);
  expect(await told(file())).toEqual([]);
  await sql(`select taskqueue.add('mail')`);
  expect(await value(db.pool, `select tasks::integer from taskqueue.queues where name = 'mail'`)).toBe(2);
  expect((await rows(db.pool, `select * from taskqueue.claim_tasks('mail', 10)`)).length).toBe(0);
  expect(await told(file(mail({ rate: '0' })))).toEqual(['mail change rate 5/s→0', 'mail pause state disabled→paused']);
  await apply(file());
  expect(await told(file(mail()))).toEqual(['mail change rate 0→5/s', 'mail resume state paused→running']);
  expect((await rows(db.pool, `select * from taskqueue.claim_tasks('mail', 10)`)).length).toBe(2);
});

test('the default queue is left running when the file leaves it out', async () => {
  expect(await told(file())).toEqual([]);
  expect(await state('default')).toBe('running');
  expect(await told(file({ name: 'default', rate: '7/s' }))).toEqual(['default change rate 5/s→7/s']);
  expect(await told(file())).toEqual([]);
  expect(await told(file({ name: 'default' }))).toEqual(['default change rate 7/s→5/s']);
});

describe('queues that were made through SQL', () => {
  beforeEach(() => sql(`select taskqueue.create_queue('mine', rate => '9/s', tombstone_ttl => '1 hour')`));

  test('are left alone', async () => {
    expect(await told(file())).toEqual([]);
    expect(await state('mine')).toBe('running');
  });

  test('are disabled where the old behaviour is asked for', async () => {
    expect(await told(file(), { disable_all: true })).toEqual(['mine disable state running→disabled']);
  });

  test('belong to the file once it lists them, and keep their tombstone time', async () => {
    expect(await told(file({ name: 'mine', rate: '9/s' }))).toEqual(['mine adopt managed_by api→file']);
    expect(await told(file())).toEqual(['mine disable state running→disabled']);
    expect(
      await value(db.pool, `select tombstone_ttl = interval '1 hour' from taskqueue.queues where name = 'mine'`),
    ).toBe(true);
  });
});

describe('a mode that changes', () => {
  test('push to pull: tasks stay, and are leased', async () => {
    await apply(file(mail({ target: 'worker' })));
    await sql(`select taskqueue.add('mail', url => '/send', payload => 'x')`);
    expect(await told(file({ name: 'mail', mode: 'pull', acl: [{ user_email: 'a@b.c' }] }))).toEqual([
      'mail change mode push→pull',
      'mail change rate 5/s→null',
      'mail change bucket_size 5→null',
      'mail change max_concurrent_requests 1000→null',
      'mail change target worker→null',
      'mail change acl null→[{"user_email": "a@b.c"}]',
    ]);
    expect((await rows(db.pool, `select * from taskqueue.lease_tasks('mail', 60)`)).length).toBe(1);
  });

  test('pull to push: tasks stay, and go to the queue’s own URL', async () => {
    await apply(file({ name: 'mail', mode: 'pull', acl: [{ user_email: 'a@b.c' }] }));
    await sql(`select taskqueue.add('mail', method => 'PULL', payload => 'x')`);
    await apply(file(mail()));
    expect(await value(db.pool, `select url from taskqueue.claim_tasks('mail', 1)`)).toBe('/_ah/queue/mail');
    expect(await value(db.pool, `select acl from taskqueue.queues where name = 'mail'`)).toBeNull();
  });
});

test('total_storage_limit is kept as written; the same bytes are no difference; leaving it out lifts it', async () => {
  expect(await told({ total_storage_limit: '1K' })).toEqual(['null change total_storage_limit null→1K']);
  expect(await told({ total_storage_limit: 1024 })).toEqual([]);
  expect(await rows(db.pool, 'select name, value from taskqueue.settings')).toEqual([
    { name: 'total_storage_limit', value: '1K' },
  ]);
  expect(await told({})).toEqual(['null change total_storage_limit 1K→null']);
});

describe('a dry run', () => {
  const wanted = file(mail({ rate: '0' }), { name: 'work', mode: 'pull' }, { name: 'default', rate: '9/s' });

  test('says what applying then does, and does nothing', async () => {
    await apply(file({ name: 'old', rate: '1/s' }));
    const before = await rows(db.pool, 'select * from taskqueue._queues order by id');
    const planned = await apply({ total_storage_limit: '5M', ...wanted }, { dry_run: true });
    expect(await rows(db.pool, 'select * from taskqueue._queues order by id')).toEqual(before);
    expect(await rows(db.pool, 'select name, value from taskqueue.settings')).toEqual([]);
    expect(await apply({ total_storage_limit: '5M', ...wanted }, { approved: planned })).toEqual(planned);
    expect(planned.map(({ change }) => change)).toContain('disable');
    await sql(`select taskqueue.update_queue('default', rate => '5/s')`);
  });

  test('what was approved is done, or nothing', async () => {
    const planned = await apply(file(mail()), { dry_run: true });
    await sql(`select taskqueue.create_queue('mail', rate => '6/s')`);
    expect((await refusal(apply(file(mail()), { approved: planned }))).code).toBe('TQ013');
    expect(await value(db.pool, `select rate from taskqueue.queues where name = 'mail'`)).toBe('6/s');
  });
});

describe('all or nothing', () => {
  test.each([
    ['TQ020', { name: 'z', rate: '5/s', retry_parameters: { max_doublings: -1 } }],
    ['TQ008', { name: 'z', rate: '501/s' }],
    ['TQ008', { name: 'z', rate: '5/s', bucket_size: 501 }],
    ['TQ008', { name: 'z', rate: '5/s', colour: 'red' }],
    ['TQ008', { name: 'z' }],
    ['TQ008', { name: 'mail', rate: '6/s' }],
    ['TQ008', { name: 'z', mode: 'pull', rate: '5/s' }],
    ['TQ008', { name: 'z', mode: 'pull', retry_parameters: { max_doublings: 1 } }],
    ['TQ008', { name: 'z', rate: '5/s', acl: [{ user_email: 'a@b.c' }] }],
    ['TQ008', { rate: '5/s' }],
    ['TQ006', { name: 'under_score', rate: '5/s' }],
    ['TQ111', { name: 'z', rate: '5/s', target: '/' }],
    ['22P02', { name: 'z', rate: '5/s', bucket_size: 'big' }],
  ])('%s for %j leaves every queue as it was', async (code, entry) => {
    expect((await refusal(apply(file(mail(), entry)))).code).toBe(code);
    expect(await rows(db.pool, 'select name from taskqueue.queues')).toEqual([{ name: 'default' }]);
  });

  test('a name that rests is refused', async () => {
    await apply(file(mail()));
    await sql(`select taskqueue.delete_queue('mail')`);
    expect((await refusal(apply(file(mail())))).code).toBe('TQ015');
  });

  test.each([
    [[]],
    [{ queue: {} }],
    [{ queues: [] }],
    [{ resume_paused_queues: 'no' }],
    [{ total_storage_limit: '5X' }],
    [{ queue: ['mail'] }],
  ])('%j is no queue file', async (config) => {
    expect((await refusal(apply(config as object))).code).toMatch(/^(TQ008|22023|22P02)$/);
  });
});

test('two files at the same time: one after the other, and no deadlock', async () => {
  const one = file(...['a', 'b', 'c'].map((name) => ({ name, rate: '1/s' })));
  const other = file(...['c', 'b', 'a'].map((name) => ({ name, rate: '2/s' })));
  await Promise.all(Array.from({ length: 8 }, (_, at) => apply(at % 2 ? one : other)));
  expect(
    await value(db.pool, `select count(distinct rate)::integer from taskqueue.queues where name in ('a', 'b', 'c')`),
  ).toBe(1);
});

test('the history says who changed what, whatever way it was done', async () => {
  await apply(file(mail()));
  const start = await value<string>(db.pool, 'select max(id) from taskqueue.audit');
  const operator = await db.asRole('taskqueue_operator');
  await operator.query(
    `select taskqueue.update_queue('mail', rate => '50/s'), taskqueue.pause_queue('mail', reason => 'provider is down')`,
  );
  await apply({ total_storage_limit: '1G', ...file(mail()) });
  await apply({ total_storage_limit: '1G', ...file(mail()) }); // nothing to do, and nothing is noted
  await apply(file());
  const history = await rows(
    db.pool,
    `select actor, coalesce(queue, '*') as queue, setting, before, after from taskqueue.queue_history where id > $1 order by id, setting desc`,
    [start],
  );
  const me = await value(db.pool, 'select session_user::text');
  expect(history.map((row) => Object.values(row).join(' '))).toEqual([
    `${me} as taskqueue_operator mail rate 5/s 50/s`,
    `${me} as taskqueue_operator mail state running paused`,
    `${me} as taskqueue_operator mail paused_reason  provider is down`,
    `${me} * total_storage_limit  1G`,
    `${me} mail rate 50/s 5/s`,
    `${me} mail state paused running`,
    `${me} mail paused_reason provider is down `,
    `${me} * total_storage_limit 1G `,
    `${me} mail state running disabled`,
  ]);
});
