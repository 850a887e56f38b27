// Arguments for every public function: literals alone, so that a statement calls nothing but the function.

const NO_TOKEN = '00000000-0000-7000-8000-000000000000';
const NAMES = [
  ['push', 'waits'],
  ['push', 'claimed'],
  ['push', 'died'],
  ['push', 'retries'],
  ['pull', 'waits'],
  ['pull', 'leased'],
  ['pull', 'died'],
  ['pull', 'no-such'],
];

/** Each task of the fixture, and one that is not there. */
const eachTask = (more = '') => NAMES.map(([queue, name]) => `'${queue}', '${name}'${more}`);
const eachQueue = (more = '') => [`'push'${more}`, `'pull'${more}`, `'no-such'${more}`];

/** What keeps a test's own task apart from the canaries. */
const OWN = `url => '/own', payload => 'own', headers => '{"x-own": "1"}'`;

/** Argument lists by function. */
export const samples: Record<string, string[]> = {
  add: [
    `'push', ${OWN}`,
    `'push', payload => 'own'`,
    `'push', ${OWN}, name => 'waits', transactional => false`,
    `'push', ${OWN}, name => 'waits', transactional => false, if_exists => 'ignore'`,
    `'pull', payload => 'own', name => 'died', transactional => false, if_exists => 'ignore'`,
    `'push', params => '{"a": "b c"}', countdown => 1.5, retry => '{"min_backoff_seconds": 0.1}', dispatch_deadline => 20.5`,
    `'push', payload => 'own', eta => '2000-01-01 00:00:00+00', target => 'a', namespace => 'b'`,
    `'push', url => 'http://example.com/x'`,
    `'push', countdown => 1e300`,
    `'no-such'`,
  ],
  add_tasks: [
    `'push', '[{"payload": "own"}, {"payload_json": {"a": 1.5}}]'`,
    `'push', '[{"name": "waits", "payload": "own"}, {"name": "mine"}]', transactional => false`,
    `'pull', '[{"payload_base64": "b3du", "eta": "2000-01-01T00:00:00Z"}]'`,
    `'push', '[{"eta": "tomorrow"}]'`,
  ],
  advance_floor: eachQueue(`, '2000-01-01 00:00:00+00'`),
  allow_url: [`'example.com'`, `'10.0.0.0/8'`, `'a b'`],
  apply_crons: [
    `'{"cron": [{"url": "/x", "schedule": "every day 09:00", "attempt_deadline": "20.5s"}]}'`,
    `'{"cron": [{"url": "x"}]}'`,
  ],
  apply_queues: [
    `'{"queue": [{"name": "new", "rate": "5/s"}, {"name": "push", "rate": "6/s"}], "total_storage_limit": "1G"}'`,
  ],
  check_identity: [''],
  check_token: [`'abc'`],
  claim_forced_tasks: eachQueue(', 10'),
  claim_tasks: eachQueue(', 10'),
  clean_purged: eachQueue(),
  complete_tasks: eachQueue(`, '{1}', '{${NO_TOKEN}}'`),
  create_queue: [
    `'new', rate => '0.2/h', retry => '{"min_backoff_seconds": 0.1}', tombstone_ttl => '1 hour'`,
    `'push'`,
    `'a;b'`,
  ],
  create_token: [`'a@example.com'`, `'a'`],
  deferred_payload: [`'${NO_TOKEN}'`],
  delete_deferred: [`'${NO_TOKEN}'`],
  delete_queue: eachQueue(),
  delete_task: [...eachTask(), ...eachTask(`, '${NO_TOKEN}'`)],
  delete_tasks: [
    ...eachQueue(`, '{waits,leased,claimed,died,no-such}'`),
    ...eachQueue(`, '{waits,leased,claimed}', '{${NO_TOKEN},${NO_TOKEN},${NO_TOKEN}}'`),
  ],
  describe_task: eachTask(),
  disallow_url: [`'example.com'`],
  dispatcher_queues: [''],
  due_crons: [''],
  explain_task: eachTask(),
  fail_task: eachQueue(`, 1, '${NO_TOKEN}', 500, 'App Error', true, false`),
  fail_tasks: [
    `'[{"queue": "push", "id": 1, "lease_token": "${NO_TOKEN}", "status": 500, "reason": "App Error", "responded": true, "forced": false}]'`,
  ],
  finish_task: eachTask(),
  fire_cron: [`1, '2000-01-01 00:00:00+00', false`],
  hold_copy: [''],
  hold_bell: eachQueue(),
  keep_deferred: eachTask(`, '${NO_TOKEN}', 'own'`),
  keeper_horizon: [''],
  keeper_witnesses: ['', `'{1/1}'`],
  lease_tasks: eachQueue(', 1.5, 10'),
  lease_tasks_by_tag: [...eachQueue(', 1.5, 10'), ...eachQueue(`, 1.5, 10, 'a'`)],
  let_go_of_bell: [`'pull', 1, false`],
  list_tasks: [...eachQueue(), ...eachQueue(', 0')],
  maintain_queue: eachQueue(),
  modify_task_lease: eachTask(`, '${NO_TOKEN}', 1.5`),
  modify_task_lease_by_eta: eachTask(', 1.5'),
  modify_task_leases: eachQueue(`, '{waits,leased}', '{${NO_TOKEN},${NO_TOKEN}}', '{1.5,2}'`),
  next_due: [...eachQueue(), ...eachQueue(`, 'a'`)],
  pause_queue: [...eachQueue(`, 'why'`), ...eachQueue(`, 'why', '2000-01-01 00:00:00+00'`)],
  peek_task: eachTask(),
  plan_cron: ['1'],
  purge_queue: eachQueue(),
  queue_statistics: ['', ...eachQueue()],
  raise_floor: eachQueue(`, '2000-01-01 00:00:00+00'`),
  record_attempts: [`'[{"queue": "push", "name": "waits", "attempt": 1, "status": 200, "seconds": 1.5}]'`],
  record_statistics: eachQueue(', 1, 1.5'),
  release_tasks: eachQueue(`, '{1}', '{${NO_TOKEN}}'`),
  remove_target: [`'default'`],
  requeue_task: eachTask(),
  requeue_tasks: eachQueue(),
  resume_queue: eachQueue(),
  revoke_key: [`'default', 'env:A'`],
  revoke_token: [`'abc'`],
  rotate_key: [`'default', 'env:B'`, `'default', 'env:B', '1 day 02:00'`],
  run_cron: [`'x'`, `'no-such'`],
  run_task: eachTask(),
  set_target: [`'default', 'http://localhost:8080'`],
  sweep_attempts: [''],
  sweep_queue: eachQueue(),
  task_payload: eachTask(),
  unattended_queues: [''],
  update_queue: [
    ...eachQueue(`, retry => '{"min_backoff_seconds": 0.3}'`),
    ...eachQueue(`, tombstone_ttl => '10 days'`),
  ],
  verify: [''],
};
