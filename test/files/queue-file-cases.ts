// Files and their problems, for the validator and the JSON Schema, which must agree.

/** A queue.yaml and its problems. */
export interface Case {
  /** The case. */
  title: string;
  yaml: string;
  /** A part of each problem, in order; empty: the file is valid. */
  problems: string[];
  /** True: a JSON Schema cannot express this rule, which compares two places or depends on the spelling. */
  beyondSchema?: boolean;
}

const push = (lines: string) => `queue:\n- name: mail\n  rate: 5/s\n${indent(lines)}`;
const pull = (lines: string) => `queue:\n- name: work\n  mode: pull\n${indent(lines)}`;
const rated = (rate: string) => `queue:\n- name: mail\n  rate: ${rate}\n`;
const retry = (line: string) => push(`retry_parameters:\n  ${line}`);
const indent = (lines: string) => lines.replaceAll(/^(?=.)/gm, '  ');

const right = (title: string, yaml: string): Case => ({ title, yaml, problems: [] });
const wrong = (title: string, yaml: string, ...problems: string[]): Case => ({ title, yaml, problems });
const unseen = (one: Case): Case => ({ ...one, beyondSchema: true });

const storage = ['0', '120M', '1.5G', '1.G', '1024', '1000T', '7B', '3K'];
const noStorage = ['1443T3', '""', '-1', '1001T', '5X', 'M', '1,5G'];
const targets = ['worker', 'v1.worker', 'v-1.wor-ker', '7', 'a'.repeat(63), `${'v'.repeat(100)}.${'s'.repeat(63)}`];
const noTargets = ['1.1.module', 'Worker', '-worker', 'v1.-worker', 'v1.', 'under_score', 'a'.repeat(64), 'a/b'];
const rates = ['0', '0/s', '0./s', '1.5/m', '5/s', '10/m', '0.2/h', '2000/d', '7200./h', '500/s', '30000/m', '500.0/s'];
const noRates = [
  '501/s',
  '200/d/h',
  '200/f',
  'x/s',
  '/s',
  '-1/s',
  '5',
  '500.1/s',
  '30001/m',
  '43200001/d',
  '5/S',
  '5 /s',
  '.5/s',
  '1e2/s',
];
const ages = ['12345s', '12345.5s', '1.5d', '1e-2d', '123.45e2s', '2d'];
const noAges = ['12345', '12345mm', '123,45s', '123e2.3s', '123.4.5s', '12345a', '""', '0s', '-5s'];
const counts = ['-1', '1.5', 'many', '2147483648', '.inf', '12345678901234567890123456', '"5"', 'yes', '[1]'];

/** Paragraph 2.1: the file. */
const file: Case[] = [
  right('an empty file', ''),
  right('no queues', 'queue:\n'),
  right('an application, which is ignored', 'application: shop\nqueue: []\n'),
  ...storage.map((limit) => right(`total_storage_limit ${limit}`, `total_storage_limit: ${limit}\n`)),
  ...noStorage.map((limit) =>
    wrong(`total_storage_limit ${limit}`, `total_storage_limit: ${limit}\n`, 'total_storage_limit'),
  ),
  ...['True', 'False', 'true'].map((flag) => right(`resume_paused_queues ${flag}`, `resume_paused_queues: ${flag}\n`)),
  ...['no', '1', 'Yes'].map((flag) =>
    wrong(`resume_paused_queues ${flag}`, `resume_paused_queues: ${flag}\n`, 'True or False'),
  ),
  wrong('an unknown key', 'queues: []\n', "no key 'queues': did you mean queue?"),
  wrong('a list for the file', '- name: mail\n', 'the file must be a mapping of keys and values, got a list'),
  wrong('a mapping for the list', 'queue:\n  name: mail\n', 'queue must be a list, got a mapping'),
  wrong('a word for the list', 'queue: mail\n', "queue must be a list, got 'mail'"),
];

/** Paragraph 2.2: a queue's keys. */
const keys: Case[] = [
  ...['mail', 'M-1', '7', 'x'.repeat(100)].map((name) =>
    right(`name ${name}`, `queue:\n- name: ${name}\n  rate: 5/s\n`),
  ),
  ...['under_score', 'x'.repeat(101), 'a b', '""', 'true', 'é', '__cron'].map((name) =>
    wrong(`name ${name}`, `queue:\n- name: ${name}\n  rate: 5/s\n`, 'name must be'),
  ),
  right('mode push', push('mode: push\n')),
  wrong('mode topic', push('mode: topic\n'), "mode must be push or pull, got 'topic'"),
  wrong('mode Pull', push('mode: Pull\n'), 'mode'),
  ...['0', '1', '500'].map((size) => right(`bucket_size ${size}`, push(`bucket_size: ${size}\n`))),
  ...['501', ...counts].map((size) => wrong(`bucket_size ${size}`, push(`bucket_size: ${size}\n`), 'bucket_size')),
  ...['0', '1', '5000', '100000'].map((most) =>
    right(`max_concurrent_requests ${most}`, push(`max_concurrent_requests: ${most}\n`)),
  ),
  ...counts.map((most) =>
    wrong(`max_concurrent_requests ${most}`, push(`max_concurrent_requests: ${most}\n`), 'max_concurrent_requests'),
  ),
  ...targets.map((target) => right(`target ${target}`, push(`target: ${target}\n`))),
  ...noTargets.map((target) => wrong(`target ${target}`, push(`target: ${target}\n`), 'target')),
  right('an acl', pull('acl:\n- user_email: a@example.com\n- writer_email: b@example.com\n')),
  right('an empty acl', pull('acl:\n')),
  wrong('an acl of words', pull('acl:\n- a@example.com\n'), 'user_email or writer_email'),
  wrong(
    'an acl entry of two',
    pull('acl:\n- user_email: a@b.c\n  writer_email: b@b.c\n'),
    'one user_email or one writer_email',
  ),
  wrong('an address that is none', pull('acl:\n- user_email: ada\n'), 'must be an e-mail address'),
  wrong('a misspelt acl entry', pull('acl:\n- user_mail: a@b.c\n'), 'did you mean user_email?', 'one user_email'),
  wrong('a misspelt key', push('buckets_size: 5\n'), "queue mail has no key 'buckets_size': did you mean bucket_size?"),
  wrong('a key misspelt and cut short', push('bukket: 5\n'), 'did you mean bucket_size?'),
  wrong('a key that is like no other', push('priority: 5\n'), "no key 'priority': known keys are name, mode, rate"),
  wrong(
    'a key without a value',
    push('bucket_size:\n'),
    'bucket_size must be a whole number from 0 to 500, got nothing',
  ),
  wrong(
    'a list for a value',
    push('bucket_size: [1]\n'),
    'bucket_size must be a whole number from 0 to 500, got a list',
  ),
  unseen(
    wrong('an octal number', push('bucket_size: 010\n'), "bucket_size must be a whole number from 0 to 500, got '010'"),
  ),
  unseen(wrong('an octal name', 'queue:\n- name: 010\n  rate: 5/s\n', "letters, digits or hyphens, got '010'")),
];

/** Paragraph 2.3: rates. */
const rateCases: Case[] = [
  ...rates.map((rate) => right(`rate ${rate}`, rated(rate))),
  ...noRates.map((rate) => wrong(`rate ${rate}`, rated(rate), `got '${rate}'`)),
  wrong('rate 1:30', rated('1:30'), 'rate'),
  wrong('rate no', rated('no'), 'rate'),
];

/** Paragraph 2.4: retry parameters. */
const retries: Case[] = [
  right('empty retry_parameters', push('retry_parameters:\n')),
  ...ages.map((age) => right(`task_age_limit ${age}`, retry(`task_age_limit: ${age}\n`))),
  ...noAges.map((age) => wrong(`task_age_limit ${age}`, retry(`task_age_limit: ${age}\n`), 'task_age_limit')),
  unseen(wrong('task_age_limit below a second', retry('task_age_limit: 0.5s\n'), 'task_age_limit')),
  ...['0', '7'].map((limit) => right(`task_retry_limit ${limit}`, retry(`task_retry_limit: ${limit}\n`))),
  ...counts.map((limit) =>
    wrong(`task_retry_limit ${limit}`, retry(`task_retry_limit: ${limit}\n`), 'task_retry_limit'),
  ),
  ...counts.map((limit) => wrong(`max_doublings ${limit}`, retry(`max_doublings: ${limit}\n`), 'max_doublings')),
  ...['0', '0.5', '1e3'].map((pause) =>
    right(`min_backoff_seconds ${pause}`, retry(`min_backoff_seconds: ${pause}\n`)),
  ),
  ...['-0.1', '.inf', '.nan', 'soon', '1:30', '5s'].map((pause) =>
    wrong(`max_backoff_seconds ${pause}`, retry(`max_backoff_seconds: ${pause}\n`), 'max_backoff_seconds'),
  ),
  right('min_backoff_seconds above the default of the other', retry('min_backoff_seconds: 4000\n')),
  right('max_backoff_seconds below the default of the other', retry('max_backoff_seconds: 0.05\n')),
  unseen(
    wrong(
      'the shortest above the longest',
      retry('min_backoff_seconds: 5\n  max_backoff_seconds: 2\n'),
      'min_backoff_seconds must be at most max_backoff_seconds (2), got 5',
    ),
  ),
  wrong('a misspelt retry key', retry('task_retries: 5\n'), 'did you mean task_retry_limit?'),
  wrong('a word for the block', push('retry_parameters: never\n'), 'retry_parameters must be a mapping'),
];

/** Paragraph 2.5: which keys go with which mode. */
const modes: Case[] = [
  wrong('a rate on a pull queue', pull('rate: 5/s\n'), "rate does not apply to pull queues, got '5/s'"),
  wrong('a bucket on a pull queue', pull('bucket_size: 5\n'), 'bucket_size does not apply'),
  wrong('requests on a pull queue', pull('max_concurrent_requests: 5\n'), 'max_concurrent_requests does not apply'),
  wrong('a target on a pull queue', pull('target: worker\n'), 'target does not apply'),
  wrong(
    'all four: one problem each',
    pull('rate: 5/s\nbucket_size: 5\nmax_concurrent_requests: 5\ntarget: worker\n'),
    'rate does not apply',
    'bucket_size does not apply',
    'max_concurrent_requests does not apply',
    'target does not apply',
  ),
  right('a retry limit on a pull queue', pull('retry_parameters:\n  task_retry_limit: 5\n')),
  ...['task_age_limit: 2d', 'min_backoff_seconds: 1', 'max_backoff_seconds: 1', 'max_doublings: 1'].map((line) =>
    wrong(
      `${line} on a pull queue`,
      pull(`retry_parameters:\n  ${line}\n`),
      'only the retry parameter task_retry_limit',
    ),
  ),
  wrong('an acl on a push queue', push('acl:\n- user_email: a@b.c\n'), 'acl does not apply to push queues'),
  wrong('no rate', 'queue:\n- name: mail\n', 'queue mail has no rate'),
  right('no rate for the default queue', 'queue:\n- name: default\n'),
  wrong('no name', 'queue:\n- rate: 5/s\n', 'queue number 1 has no name'),
  wrong('a word for a queue', 'queue:\n- mail\n', 'queue number 1 must be a mapping'),
  unseen(
    wrong('a name twice', 'queue:\n- name: mail\n  rate: 5/s\n- name: mail\n  rate: 6/s\n', 'queue mail occurs twice'),
  ),
];

export const QUEUE_FILE_CASES: Record<string, Case[]> = {
  '2.1 the file': file,
  '2.2 keys of a queue': keys,
  '2.3 rates': rateCases,
  '2.4 retry_parameters': retries,
  '2.5 modes and validation': modes,
};
