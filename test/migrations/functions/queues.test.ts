// Making, changing, pausing, purging and deleting queues, and where targets are.
import { describe, expect, test } from 'vitest';
import { useDatabase } from '../../support/db.ts';
import { refusal, refusalCode, row, rows, value } from '../../support/sql.ts';

const db = useDatabase();
const create = (name: unknown, settings: Record<string, unknown> = {}) => {
  const named = Object.keys(settings).map((key, i) => `, ${key} => $${i + 2}`);
  return row(db.pool, `select * from taskqueue.create_queue($1${named.join('')})`, [name, ...Object.values(settings)]);
};
const state = (name: string) =>
  row(db.pool, 'select state, paused_reason, paused_until from taskqueue.queues where name = $1', [name]);

describe('the default queue', () => {
  test('exists from the start: 5/s, bucket 5, 1000 at once', async () => {
    expect(await row(db.pool, `select * from taskqueue.queues where name = 'default'`)).toMatchObject({
      mode: 'push',
      rate: '5/s',
      bucket_size: 5,
      max_concurrent_requests: 1000,
      tasks: '0',
      oldest_eta: null,
      executed_last_minute: '0',
      in_flight: '0',
      enforced_rate: 5,
      state: 'running',
      retry: { min_backoff_seconds: 0.1, max_backoff_seconds: 3600, max_doublings: 16 },
    });
  });

  test('can’t be deleted', async () => {
    expect(await refusalCode(db.pool.query(`select taskqueue.delete_queue('default')`))).toBe('TQ013');
  });
});

describe('create_queue', () => {
  test('makes a push queue of the defaults', async () => {
    expect(await create('mail')).toMatchObject({
      name: 'mail',
      mode: 'push',
      rate: '5/s',
      bucket_size: 5,
      max_concurrent_requests: 1000,
      state: 'running',
      tombstone_ttl: { days: 9 },
    });
  });

  test('makes a pull queue, which has no rate', async () => {
    expect(
      await create('work', {
        mode: 'pull',
        retry: '{"task_retry_limit": 3}',
        acl: '[{"user_email": "a@b"}, {"writer_email": "c@d"}]',
      }),
    ).toMatchObject({
      mode: 'pull',
      rate: null,
      bucket_size: null,
      max_concurrent_requests: null,
      retry: { task_retry_limit: 3 },
      acl: [{ user_email: 'a@b' }, { writer_email: 'c@d' }],
    });
  });

  test.each([
    ['0', 0],
    ['0/s', 0],
    ['0./s', 0],
    ['1.5/m', 0.025],
    ['5/s', 5],
    ['10/m', 0.166666667],
    ['0.2/h', 0.000055556],
    ['2000/d', 0.023148148],
    ['7200./h', 2],
    ['500/s', 500],
  ])('takes the rate %s', async (rate, perSecond) => {
    await create(`rate-${rate.replace(/[^0-9a-z]/g, '-')}`, { rate });
    expect(
      await value(db.pool, 'select enforced_rate from taskqueue.queues where rate = $1 order by created desc limit 1', [
        rate,
      ]),
    ).toBe(perSecond);
  });

  test.each<[string, Record<string, unknown>, string]>([
    ...['501/s', '200/d/h', '200/f', 'x/s', '/s', '-1/s', '5', '5/s ', '1e9/s', '5/S', ''].map(
      (rate): [string, Record<string, unknown>, string] => [`the rate '${rate}'`, { rate }, 'TQ008'],
    ),
    ['a bucket of -1', { bucket_size: -1 }, 'TQ008'],
    ['a bucket of 501', { bucket_size: 501 }, 'TQ008'],
    ['an unknown mode', { mode: 'pop' }, 'TQ008'],
    ['tombstones of more than 365 days', { tombstone_ttl: '365 days 00:00:00.000001' }, 'TQ008'],
    ['tombstones of a year, which can have 366 days', { tombstone_ttl: '1 year' }, 'TQ008'],
    ['tombstones of less than none', { tombstone_ttl: '-1 second' }, 'TQ008'],
    ['an acl for a push queue', { acl: '[{"user_email": "a@b"}]' }, 'TQ008'],
    ['an acl that is none', { mode: 'pull', acl: '[{"email": "a@b"}]' }, 'TQ008'],
    ['a target for a pull queue', { mode: 'pull', target: 'worker' }, 'TQ008'],
    ['a back-off for a pull queue', { mode: 'pull', retry: '{"max_doublings": 3}' }, 'TQ008'],
    ['a retry block with an unknown key', { retry: '{"retries": 3}' }, 'TQ020'],
    [
      'a maximum back-off below the minimum',
      { retry: '{"min_backoff_seconds": 3, "max_backoff_seconds": 2}' },
      'TQ020',
    ],
    ['a target with a space', { target: 'a b' }, 'TQ111'],
  ])('refuses %s', async (_, settings, code) => {
    expect(await refusalCode(create('refused', settings))).toBe(code);
  });

  test.each([0, 3_600, 9 * 86_400, 10 * 86_400, 365 * 86_400])('keeps tombstones for %s seconds', async (seconds) => {
    const queue = `rests-${seconds}`;
    await create(queue, { tombstone_ttl: `${seconds} seconds` });
    await db.pool.query(`select taskqueue.add($1, name => 'used', transactional => false)`, [queue]);
    await db.pool.query(`select taskqueue.delete_task($1, 'used')`, [queue]);
    const [kept] = await rows(
      db.pool,
      'select extract(epoch from expires - ended)::integer as seconds from taskqueue.tombstones where queue = $1',
      [queue],
    );
    expect(kept).toEqual(seconds === 0 ? undefined : { seconds });
  });

  test.each(['a_b', '', 'x'.repeat(101), null])('refuses the name %s', async (name) => {
    expect(await refusalCode(create(name))).toBe('TQ006');
  });

  test.each([
    ['12345s', 12345],
    ['12345.5s', 12345],
    ['1.5d', 129600],
    ['1e-2d', 864],
    ['123.45e2s', 12345],
    ['2d', 172800],
    [90, 90],
    [1.5, 2],
  ])('reads the age limit %s', async (limit, seconds) => {
    const name = `age-${String(limit).replace(/[^0-9a-z]/g, '-')}`;
    await create(name, { retry: JSON.stringify({ task_age_limit: limit }) });
    expect(await value(db.pool, `select retry -> 'task_age_limit' from taskqueue.queues where name = $1`, [name])).toBe(
      seconds,
    );
  });

  test.each(['12345', '12345mm', '123,45s', '123e2.3s', '123.4.5s', '12345a', '', '0s', '-1s'])(
    'refuses the age limit %s',
    async (limit) => {
      expect(await refusalCode(create('aged', { retry: JSON.stringify({ task_age_limit: limit }) }))).toBe('TQ020');
    },
  );

  test('moves the back-off that was not given with the one that was', async () => {
    expect(await create('slow', { retry: '{"min_backoff_seconds": 7200}' })).toMatchObject({
      retry: { min_backoff_seconds: 7200, max_backoff_seconds: 7200 },
    });
    expect(await create('fast', { retry: '{"max_backoff_seconds": 0.05}' })).toMatchObject({
      retry: { min_backoff_seconds: 0.05, max_backoff_seconds: 0.05 },
    });
  });

  test('keeps max_concurrent_requests within 1 and 5000, with a warning', async () => {
    const client = await db.client();
    const warnings: string[] = [];
    client.on('notice', (notice) => warnings.push(String(notice.message)));
    await client.query(`select taskqueue.create_queue('wide', max_concurrent_requests => 9999)`);
    await client.query(`select taskqueue.create_queue('narrow', max_concurrent_requests => 0)`);
    expect(
      await rows(
        db.pool,
        `select max_concurrent_requests from taskqueue.queues where name in ('wide', 'narrow') order by name`,
      ),
    ).toEqual([{ max_concurrent_requests: 1 }, { max_concurrent_requests: 5000 }]);
    expect(warnings).toEqual([
      'queue wide: max_concurrent_requests must be 1 to 5000, got 9999: using 5000',
      'queue narrow: max_concurrent_requests must be 1 to 5000, got 0: using 1',
    ]);
  });

  test('refuses a queue that exists, among racers too', async () => {
    await create('twice');
    expect(await refusalCode(create('twice'))).toBe('TQ110');
    const results = await Promise.all(
      Array.from({ length: 8 }, () =>
        create('raced').then(
          () => 'made',
          (error) => error.code,
        ),
      ),
    );
    expect(results.sort()).toEqual([...Array(7).fill('TQ110'), 'made']);
  });
});

describe('update_queue', () => {
  test('changes what is given and leaves the rest', async () => {
    await create('change', {
      rate: '10/s',
      target: 'worker',
      retry: '{"task_retry_limit": 7, "min_backoff_seconds": 2}',
    });
    const updated = await row(db.pool, `select * from taskqueue.update_queue('change', bucket_size => 50)`);
    expect(updated).toMatchObject({
      rate: '10/s',
      bucket_size: 50,
      target: 'worker',
      retry: { task_retry_limit: 7, min_backoff_seconds: 2 },
    });
    expect(
      await row(
        db.pool,
        `select * from taskqueue.update_queue('change', rate => '0.2/h', target => '', retry => '{"task_retry_limit": 1}')`,
      ),
    ).toMatchObject({
      rate: '0.2/h',
      target: null,
      bucket_size: 50,
      retry: { task_retry_limit: 1, min_backoff_seconds: 0.1 },
    });
  });

  test('keeps tasks over a change of mode', async () => {
    await create('turn', { mode: 'pull' });
    await db.pool.query(`select taskqueue.add('turn', payload => 'x')`);
    await db.pool.query(`select taskqueue.update_queue('turn', mode => 'push')`);
    expect(await row(db.pool, `select method, url, state from taskqueue.tasks where queue = 'turn'`)).toEqual({
      method: 'POST',
      url: '/_ah/queue/turn',
      state: 'due',
    });
  });

  test('refuses an unknown queue', async () => {
    expect(await refusalCode(db.pool.query(`select taskqueue.update_queue('none', rate => '1/s')`))).toBe('TQ001');
  });
});

describe('pause_queue and resume_queue', () => {
  test('pause, change the pause, resume; each twice without harm', async () => {
    await create('p');
    await db.pool.query(`select taskqueue.pause_queue('p', reason => 'provider is down')`);
    expect(await state('p')).toEqual({ state: 'paused', paused_reason: 'provider is down', paused_until: null });
    await db.pool.query(`select taskqueue.pause_queue('p', until => clock_timestamp() + interval '30 minutes')`);
    expect(await state('p')).toMatchObject({ state: 'paused', paused_reason: null, paused_until: expect.any(Date) });
    for (let i = 0; i < 2; i++) await db.pool.query(`select taskqueue.resume_queue('p')`);
    expect(await state('p')).toEqual({ state: 'running', paused_reason: null, paused_until: null });
  });

  test('a pause with an end lifts itself', async () => {
    await create('short-pause');
    await db.pool.query(`select taskqueue.pause_queue('short-pause', until => clock_timestamp() + interval '1 hour')`);
    await db.pool.query(`update taskqueue._queues set paused_until = clock_timestamp() where name = 'short-pause'`);
    expect(await state('short-pause')).toEqual({ state: 'running', paused_reason: null, paused_until: null });
  });

  test('refuses a pause that has ended', async () => {
    expect(
      await refusalCode(db.pool.query(`select taskqueue.pause_queue('default', until => clock_timestamp())`)),
    ).toBe('TQ013');
  });

  test('a paused queue takes tasks and lets them be deleted', async () => {
    await create('closed');
    await db.pool.query(`select taskqueue.pause_queue('closed')`);
    await db.pool.query(`select taskqueue.add('closed', name => 'a', transactional => false)`);
    expect(await value(db.pool, `select taskqueue.delete_task('closed', 'a')`)).toBe(true);
  });
});

describe('purge_queue', () => {
  test('removes every task, leased ones too, and keeps their names used', async () => {
    await create('full', { mode: 'pull' });
    await db.pool.query(
      `select taskqueue.add_tasks('full', '[{"payload": "a", "name": "a"}, {"payload": "b"}, {"payload": "c"}]', transactional => false)`,
    );
    const [held] = await rows<{ name: string; lease_token: string }>(
      db.pool,
      `select * from taskqueue.lease_tasks('full', 60)`,
    );
    expect(await value(db.pool, `select taskqueue.purge_queue('full')`)).toBe('3');
    expect(await value(db.pool, `select taskqueue.delete_task('full', $1, $2)`, [held?.name, held?.lease_token])).toBe(
      false,
    );
    expect(
      await refusalCode(
        db.pool.query(`select * from taskqueue.modify_task_lease('full', 'a', $1, 5)`, [held?.lease_token]),
      ),
    ).toBe('TQ011');
    expect(
      await value(
        db.pool,
        `select result from taskqueue.add_tasks('full', '[{"payload": "a", "name": "a"}]', transactional => false)`,
      ),
    ).toBe('tombstoned');
    expect(await value(db.pool, `select taskqueue.purge_queue('full')`)).toBe('0');
  });

  test('leaves a task that was added before and is committed after', async () => {
    await create('late');
    const session = await db.client();
    await session.query('begin');
    await session.query(`select taskqueue.add('late')`);
    expect(await value(db.pool, `select taskqueue.purge_queue('late')`)).toBe('0');
    await session.query('commit');
    expect(await value(db.pool, `select tasks from taskqueue.queues where name = 'late'`)).toBe('1');
  });
});

describe('delete_queue', () => {
  test('takes its tasks along, and its name rests for seven days', async () => {
    await create('gone');
    await db.pool.query(`select taskqueue.add('gone', name => 'a', transactional => false)`);
    expect(await value(db.pool, `select taskqueue.delete_queue('gone')`)).toBe('1');
    expect(await rows(db.pool, `select from taskqueue.queues where name = 'gone'`)).toEqual([]);
    for (const act of [`taskqueue.add('gone')`, `taskqueue.delete_queue('gone')`, `taskqueue.create_queue('gone')`]) {
      expect(await refusal(db.pool.query(`select ${act}`))).toMatchObject({
        code: 'TQ015',
        message: expect.stringContaining("its name can't be reused until"),
      });
    }
    await db.pool.query(`update taskqueue._queues set deleted_at = deleted_at - interval '7 days' where name = 'gone'`);
    expect(await refusalCode(db.pool.query(`select taskqueue.add('gone')`))).toBe('TQ001');
    await create('gone');
    expect(await value(db.pool, `select name from taskqueue.add('gone', name => 'a', transactional => false)`)).toBe(
      'a',
    );
  });
});

describe('targets', () => {
  test('are set, moved, listed and removed', async () => {
    await db.pool.query(`select taskqueue.set_target('default', 'https://app.example.com')`);
    await db.pool.query(`select taskqueue.set_target('default', 'http://127.0.0.1:8080/base')`);
    await db.pool.query(`select taskqueue.set_target('*', 'http://{target}.internal:8080')`);
    expect(await rows(db.pool, 'select name, url from taskqueue.targets order by name')).toEqual([
      { name: '*', url: 'http://{target}.internal:8080' },
      { name: 'default', url: 'http://127.0.0.1:8080/base' },
    ]);
    expect(await value(db.pool, `select taskqueue.remove_target('default')`)).toBe(true);
    expect(await value(db.pool, `select taskqueue.remove_target('default')`)).toBe(false);
  });

  test.each([
    ['a', 'ftp://a'],
    ['a', 'a.example.com'],
    ['a', 'http://'],
    ['a', 'http://u:p@a'],
    ['a', 'http://a/?q'],
    ['a', 'http://a/#f'],
    ['a', 'http://a b'],
    ['a', null],
    ['a b', 'http://a'],
    ['', 'http://a'],
    [null, 'http://a'],
  ])('refuses %s → %s', async (name, url) => {
    expect(await refusalCode(db.pool.query('select taskqueue.set_target($1, $2)', [name, url]))).toBe('TQ111');
  });
});
