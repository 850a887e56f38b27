// queue.yaml and queue.xml, rule by rule.
import { describe, expect, test } from 'vitest';
import { QueueConfigError } from '../../src/domain/errors.ts';
import { parseQueueFile } from '../../src/files/queue-file.ts';
import { QUEUE_FILE_CASES } from './queue-file-cases.ts';

function problemsOf(content: string | Uint8Array, file = 'queue.yaml'): string[] {
  try {
    parseQueueFile(content, { file });
    return [];
  } catch (error) {
    if (!(error instanceof QueueConfigError)) throw error;
    return error.problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
  }
}

for (const [paragraph, cases] of Object.entries(QUEUE_FILE_CASES)) {
  describe(paragraph, () => {
    test.each(cases)('$title', ({ yaml, problems }) => {
      const found = problemsOf(yaml);
      expect(found).toHaveLength(problems.length);
      for (const [at, part] of problems.entries()) expect(found[at]).toContain(part);
    });
  });
}

test('all problems of a file are reported together, each with its line and column, its queue, key and value', () => {
  const yaml =
    'total_storage_limit: 12X\nqueue:\n- name: mail\n  rate: fast\n  bucket_size: 900\n- name: work\n  mode: pull\n  rate: 5/s\n';
  expect(problemsOf(yaml).map((line) => line.split(' ')[0])).toEqual(['1:22', '4:9', '5:16', '8:3']);
  const error = (() => {
    try {
      return parseQueueFile(yaml);
    } catch (thrown) {
      return thrown as QueueConfigError;
    }
  })() as QueueConfigError;
  expect(error.message.split('\n')[1]).toMatch(/^queue\.yaml:4:9: queue mail: rate must be .*, got 'fast'$/);
  expect(error.problems[2]).toMatchObject({ line: 5, column: 16, entry: 'mail', key: 'bucket_size', value: '900' });
});

test('values are kept as written, and defaults are left to the database', () => {
  const yaml = `total_storage_limit: 120M
resume_paused_queues: False
queue:
- name: mail
  rate: 7200./h
  retry_parameters:
    task_age_limit: 1.5d
    min_backoff_seconds: 0.5
- name: work
  mode: pull
  acl:
  - user_email: ada@example.com
`;
  expect(parseQueueFile(yaml)).toEqual({
    config: {
      total_storage_limit: '120M',
      resume_paused_queues: false,
      queue: [
        { name: 'mail', rate: '7200./h', retry_parameters: { task_age_limit: '1.5d', min_backoff_seconds: 0.5 } },
        { name: 'work', mode: 'pull', acl: [{ user_email: 'ada@example.com' }] },
      ],
    },
    warnings: [],
  });
});

test.each([
  ['0', 1],
  ['6000', 5000],
])('max_concurrent_requests %s is stored as %i, with a warning', (given, kept) => {
  const { warnings } = parseQueueFile(`queue:\n- name: mail\n  rate: 5/s\n  max_concurrent_requests: ${given}\n`);
  expect(warnings).toMatchObject([
    { line: 4, column: 3, message: `queue mail: max_concurrent_requests ${given} is stored as ${kept}` },
  ]);
});

test('leniently, the rate of a pull queue is ignored with a warning', () => {
  const { config, warnings } = parseQueueFile('queue:\n- name: work\n  mode: pull\n  rate: 5/s\n', { lenient: true });
  expect(config.queue).toEqual([{ name: 'work', mode: 'pull' }]);
  expect(warnings).toMatchObject([{ line: 4, key: 'rate', value: '5/s' }]);
});

describe('queue.xml', () => {
  const xml = (inner: string) => `<?xml version="1.0"?>\n<queue-entries>\n${inner}\n</queue-entries>`;
  const inXml = (inner: string) => problemsOf(xml(inner), 'queue.xml');

  test('every directive', () => {
    const { config } = parseQueueFile(
      xml(`<!-- all of it -->
  <total-storage-limit>120M</total-storage-limit>
  <queue>
    <name>mail</name><rate>35/s</rate><bucket-size>40</bucket-size><max-concurrent-requests>10</max-concurrent-requests>
    <target>beta.v1.worker</target>
    <retry-parameters>
      <task-retry-limit>7</task-retry-limit><task-age-limit>2d</task-age-limit>
      <min-backoff-seconds>10</min-backoff-seconds><max-backoff-seconds>200.5</max-backoff-seconds><max-doublings>0</max-doublings>
    </retry-parameters>
  </queue>
  <queue><name>work</name><mode>pull</mode>
    <acl><user-email>a@b.c</user-email><writer-email>d@e.f</writer-email><user-email>g@h.i</user-email></acl></queue>`),
      { file: 'queue.xml' },
    );
    expect(config).toEqual({
      total_storage_limit: '120M',
      queue: [
        {
          name: 'mail',
          rate: '35/s',
          bucket_size: 40,
          max_concurrent_requests: 10,
          target: 'beta.v1.worker',
          retry_parameters: {
            task_retry_limit: 7,
            task_age_limit: '2d',
            min_backoff_seconds: 10,
            max_backoff_seconds: 200.5,
            max_doublings: 0,
          },
        },
        {
          name: 'work',
          mode: 'pull',
          acl: [{ user_email: 'a@b.c' }, { writer_email: 'd@e.f' }, { user_email: 'g@h.i' }],
        },
      ],
    });
  });

  test.each([
    ['no queues', ''],
    ['empty blocks', '<queue><name>w</name><mode>pull</mode><acl/><retry-parameters/></queue>'],
  ])('right: %s', (_, inner) => expect(inXml(inner)).toEqual([]));

  test.each([
    ['an unknown tag', '<queues/>', "3:1 the file has no key 'queues': did you mean queue?"],
    [
      'a tag with underscores',
      '<queue><name>m</name><rate>5/s</rate><bucket_size>5</bucket_size></queue>',
      'did you mean bucket_size?',
    ],
    ['a tag of queue.yaml alone', '<resume-paused-queues>True</resume-paused-queues>', "no key 'resume_paused_queues'"],
    [
      'a tag twice',
      '<queue><name>m</name><rate>5/s</rate><rate>6/s</rate></queue>',
      '3:38 queue m has the key rate twice',
    ],
    [
      'a word for a number',
      '<queue><name>m</name><rate>5/s</rate>\n <bucket-size>lots</bucket-size></queue>',
      "4:2 queue m: bucket_size must be a whole number from 0 to 500, got 'lots'",
    ],
    ['an empty tag', '<queue><name>m</name><rate/></queue>', 'at most 500/s (0 dispatches nothing), got nothing'],
    ['an attribute', '<queue name="m"><name>m</name><rate>5/s</rate></queue>', '<queue> must not have attributes'],
    ['text beside tags', '<queue>hello<name>m</name><rate>5/s</rate></queue>', 'got text beside'],
    ['an entity', '<queue><name>m&#45;x</name><rate>5/s</rate></queue>', 'must not contain the entity &#45;'],
    [
      'a name twice',
      '<queue><name>m</name><rate>0</rate></queue><queue><name>m</name><rate>0</rate></queue>',
      'twice in the file',
    ],
    ['no rate', '<queue><name>m</name></queue>', 'queue m has no rate'],
  ])('wrong: %s', (_, inner, problem) => expect(inXml(inner).join('\n')).toContain(problem));
});

describe('hostile files are rejected quickly', () => {
  const bomb = [
    'a: &a [x,x,x,x,x,x,x,x,x]',
    ...'bcdefgh'.split('').map((key, at) => `${key}: &${key} [${Array(9).fill(`*${'abcdefgh'[at]}`)}]`),
  ];
  test.each([
    ['aliases that multiply', bomb.join('\n'), 'are not supported'],
    ['an alias of itself', 'queue: &q [*q]\n', 'aliases (*q) are not supported'],
    ['one alias', 'queue:\n- &a {name: mail, rate: 5/s}\n- *a\n', 'aliases (*a)'],
    ['a merge', 'queue:\n- <<: {rate: 5/s}\n  name: mail\n  rate: 5/s\n', "no key '<<'"],
    ['20 000 levels', `queue: ${'['.repeat(20_000)}`, ''],
    ['200 levels', `queue: ${'['.repeat(200)}${']'.repeat(200)}`, 'nest at most 16 levels deep'],
    ['a tag', 'queue: !!js/function "x"\n', 'ag'],
    ['a tag of YAML', 'queue:\n- name: !!str mail\n  rate: 5/s\n', 'tags ('],
    ['two keys of a name', 'queue: []\nqueue: []\n', '2:1 the file has the key queue twice'],
    [
      'two keys in a queue',
      'queue:\n- name: mail\n  rate: 5/s\n  rate: 6/s\n',
      '4:3 queue mail has the key rate twice',
    ],
    ['two documents', 'queue: []\n---\nqueue: []\n', 'one document, got two'],
    ['tabs', 'queue:\n\t- name: mail\n', '2:'],
    [
      'a key of ten megabytes',
      `${'k'.repeat(10_000_000)}: 1\n`,
      'the file must have at most 262144 bytes, got 10000004',
    ],
    ['__proto__', '__proto__:\n  polluted: yes\n', "no key '__proto__'"],
    ['a key that is a list', '? [a, b]\n: 1\n', 'a key is a plain word'],
    ['NUL', 'queue: []\0', 'NUL'],
  ])('YAML: %s', (_, yaml, problem) => {
    const found = problemsOf(yaml);
    expect(found.length).toBeGreaterThan(0);
    expect(found.join('\n')).toContain(problem);
    expect(found.join('\n').length).toBeLessThan(10_000);
  });

  test('bytes that are not UTF-8', () =>
    expect(problemsOf(Uint8Array.of(0x71, 0xff))).toEqual(['1:1 the file must be UTF-8 text']));

  const entity = '<!DOCTYPE q [<!ENTITY x SYSTEM "file:///etc/passwd">]>';
  test.each([
    ['a document type', `${entity}<queue-entries>&x;</queue-entries>`, 'must not contain <!DOCTYPE'],
    ['an entity that multiplies', '<queue-entries><!ENTITY a "aaaa"></queue-entries>', 'must not contain <!ENTITY'],
    [
      'numeric references by the thousand',
      `<queue-entries>${'&#65;'.repeat(50_000)}</queue-entries>`,
      'the entity &#65;',
    ],
    [
      'more bytes than it may have',
      `<queue-entries>${'<queue/>'.repeat(40_000)}</queue-entries>`,
      'at most 262144 bytes',
    ],
    ['a tag that is not closed', '<queue-entries><queue></queue-entries>', '1:'],
    ['two roots', '<queue-entries/><queue-entries/>', 'one root element'],
    ['another root', '<queues/>', 'one root element, <queue-entries>'],
    ['nothing', '', '1:1'],
    ['10 000 levels', `<queue-entries>${'<queue>'.repeat(10_000)}${'</queue>'.repeat(10_000)}</queue-entries>`, ''],
    ['__proto__', '<queue-entries><__proto__>x</__proto__></queue-entries>', ''],
  ])('XML: %s', (_, xml, problem) => {
    const found = problemsOf(xml, 'queue.xml');
    expect(found.length).toBeGreaterThan(0);
    expect(found.join('\n')).toContain(problem);
  });
});
