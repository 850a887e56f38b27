// Messages of the schema as JSON, nearly right: fields of the message with values that fit, and now and then one that
// does not.

import { type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import fc from 'fast-check';

/** Resources that a fuzzed server has, or may have. */
export const PARENT = 'projects/p/locations/l';

/** Mostly the first. */
const mostly = <Value>(usual: fc.Arbitrary<Value>, odd: fc.Arbitrary<Value>, weight = 12): fc.Arbitrary<Value> =>
  fc.oneof({ weight, arbitrary: usual }, { weight: 1, arbitrary: odd });

const queue = mostly(
  fc.constantFrom('q', 'q', 'q', 'made', 'absent'),
  fc.constantFrom('Q_', 'x'.repeat(101), '', '%', 'ä', '*', '..', "q'--"),
);
const task = mostly(
  fc.oneof(fc.constantFrom('t', 't2', 'absent'), fc.stringMatching(/^[a-z0-9]{4}$/)),
  fc.constantFrom('-', '_', 'x'.repeat(501), '', '%00', 'T t', '\u0000', '../q'),
);
/** Names by the collection that they are in. */
export const segments: Record<string, fc.Arbitrary<string>> = {
  projects: mostly(fc.constant('p'), fc.constantFrom('example.com:p', '', 'P/', '\ud800', '1'.repeat(300))),
  locations: mostly(fc.constant('l'), fc.constantFrom('us-central1', '', ' ', 'l'.repeat(200))),
  queues: queue,
  tasks: task,
  operations: mostly(fc.constantFrom('o', 'batch-1'), fc.constantFrom('', '..')),
};
const queueName = queue.map((name) => `${PARENT}/queues/${name}`);
const taskName = fc.tuple(queueName, task).map(([parent, name]) => `${parent}/tasks/${name}`);
/** Names by the message that has them. */
const NAMES: Record<string, fc.Arbitrary<string>> = { Queue: queueName, Task: taskName, CreateTaskRequest: queueName };

const LONG = 'x'.repeat(70_000);
const oddText = fc.oneof(
  fc.constantFrom(
    '',
    'x',
    'http://example.com/x',
    'https://[::1]:99999/',
    'file:///etc/passwd',
    '/relative?a=b#c',
    'GET',
  ),
  fc.constantFrom(
    '\u0000',
    '\ud800',
    '\u202e',
    LONG,
    "'; drop schema taskqueue cascade; --",
    '\r\nHost: evil',
    '%zz',
    '{}',
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
);
const oddNumber = fc.oneof(
  fc.constantFrom(0, 1, 5, -1, 0.5, 1e-7, 500, 2 ** 31 - 1, 2 ** 31, -(2 ** 31) - 1, 2 ** 53, 1e308, 5e-324),
  fc.constantFrom<unknown>(
    '1',
    '9223372036854775807',
    '9223372036854775808',
    'NaN',
    'Infinity',
    '-Infinity',
    '1e400',
    '',
  ),
  fc.double(),
);
const oddBase64 = fc.oneof(
  fc.constantFrom(
    '',
    'aGk=',
    'aGk',
    'AAEC+vv8/f7/',
    '-_',
    '====',
    'a',
    'aGk=\n',
    '\u0000',
    'ä',
    Buffer.alloc(60_000).toString('base64'),
  ),
  fc.uint8Array({ maxLength: 50 }).map((bytes) => Buffer.from(bytes).toString('base64')),
);
const nested = (depth: number): unknown => (depth === 0 ? {} : { a: [nested(depth - 1)] });

/** What no field expects. */
export const hostile: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, true, false, [], {}, [null], [[]], { '': '' }, 0, '', LONG),
  fc.constant(JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}')),
  fc.constant(nested(300)),
  oddText,
  oddNumber,
  fc.jsonValue({ maxDepth: 2 }),
);

const WELL_KNOWN: Record<string, fc.Arbitrary<unknown>> = {
  'google.protobuf.Timestamp': fc.oneof(
    { weight: 30, arbitrary: fc.constantFrom('2020-01-01T00:00:00Z', '2026-12-01T00:00:00.123456Z') },
    fc.constantFrom('2030-01-01T00:00:00Z', '2030-01-01T00:00:00.123456789+05:30', '0001-01-01T00:00:00Z', 'now', ''),
    fc.constantFrom('9999-12-31T23:59:59.999999999Z', '10000-01-01T00:00:00Z', '2030-02-30T00:00:00Z', '-1'),
    fc.date({ noInvalidDate: true }).map((date) => date.toJSON()),
  ),
  'google.protobuf.Duration': fc.oneof(
    { weight: 30, arbitrary: fc.constantFrom('20s', '20s', '20.5s') },
    fc.constantFrom('0s', '3.5s', '0.000000001s', '-1s', '315576000000s', '315576000001s', '1e3s', 's', '1', '99m'),
    fc.integer().map((seconds) => `${seconds}s`),
  ),
  'google.protobuf.FieldMask': fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom('', 'rateLimits', 'retryConfig.maxAttempts,name', 'httpTarget') },
    fc.constantFrom(
      '',
      '*',
      'rateLimits',
      'rateLimits.maxDispatchesPerSecond,retryConfig',
      'rate_limits',
      'name',
      '..',
    ),
    fc.constantFrom('retryConfig.maxAttempts', 'a.b.c.d', 'httpTarget.headerOverrides', '__proto__', 'state', ','),
    oddText,
  ),
  'google.protobuf.Any': fc.oneof(
    { weight: 30, arbitrary: fc.constant({ '@type': 'type.googleapis.com/google.rpc.Help', links: [] }) },
    { weight: 1, arbitrary: fc.constant({ '@type': 'type.googleapis.com/no.such.Type' }) },
    { weight: 1, arbitrary: hostile },
  ),
};

/** The JSON of a message, or nearly. */
export function jsonOf(type: DescMessage, depth = 5): fc.Arbitrary<unknown> {
  const known = WELL_KNOWN[type.typeName];
  if (known) return known;
  if (depth === 0) return fc.constant({});
  const right = fc.tuple(fieldsOf(type, depth), ...type.oneofs.map(({ fields }) => choiceOf(fields, depth)));
  const json = right.map((parts) => Object.assign({}, ...parts) as object);
  const extra = fc.tuple(json, fc.string(), hostile).map(([given, key, value]) => ({ ...given, [key]: value }));
  const prototype = fc.tuple(json, hostile).map(([given, value]) => withPrototype(given, value));
  return mostly<unknown>(json, fc.oneof(extra, prototype, hostile), 250);
}

/** The fields of which any number may be set; those that name something always are. */
function fieldsOf(type: DescMessage, depth: number): fc.Arbitrary<object> {
  const fields = type.fields.filter(({ oneof }) => oneof === undefined);
  const values = Object.fromEntries(fields.map((field) => [field.jsonName, fieldValue(field, depth)]));
  const needed = fields.filter(({ jsonName }) => NEEDED.has(jsonName)).map(({ jsonName }) => jsonName);
  return fc.record(values, { requiredKeys: needed });
}

const NEEDED = new Set(['task', 'url', 'parent', 'requests', 'queue']);

/** One of the fields of which at most one may be set. */
const choiceOf = (fields: readonly DescField[], depth: number): fc.Arbitrary<object> =>
  fc.oneof(...fields.map((field) => fieldValue(field, depth).map((value) => ({ [field.jsonName]: value }))));

/** An own property of that name, which JSON.parse makes too. */
const withPrototype = (json: object, value: unknown) =>
  Object.defineProperty({ ...json }, '__proto__', { value, enumerable: true });

function fieldValue(field: DescField, depth: number): fc.Arbitrary<unknown> {
  const one = mostly(rightValue(field, depth), hostile, 250);
  if (field.fieldKind === 'list') return mostly<unknown>(fc.array(one, { maxLength: 4 }), hostile, 250);
  if (field.fieldKind === 'map')
    return mostly<unknown>(fc.dictionary(fc.stringMatching(/^[A-Za-z-]{1,9}$/), one), hostile, 250);
  return one;
}

function rightValue(field: DescField, depth: number): fc.Arbitrary<unknown> {
  if (field.message) return jsonOf(field.message, depth - 1);
  if (field.enum) return fc.oneof(fc.constantFrom(...field.enum.values.map(({ name }) => name)), fc.nat({ max: 5 }));
  switch (field.fieldKind === 'map' ? ScalarType.STRING : field.scalar) {
    case ScalarType.STRING:
      return mostly(rightText(field), oddText, 60);
    case ScalarType.BYTES:
      return mostly<unknown>(fc.constantFrom('', 'aGk=', 'AAEC+vv8/f7/'), oddBase64, 30);
    case ScalarType.BOOL:
      return fc.boolean();
    default:
      return mostly<unknown>(fc.constantFrom(0, 0, 1, 1, 5), oddNumber, 30);
  }
}

function rightText({ name, parent }: DescField): fc.Arbitrary<string> {
  if (name === 'name') return NAMES[parent?.name ?? ''] ?? taskName;
  if (name === 'parent' || name === 'queue') return queueName;
  if (name === 'names') return taskName;
  if (name === 'url') return fc.constantFrom('http://example.com/x', 'https://example.com:8443/a?b=c', 'http://[::1]/');
  if (name === 'relative_uri') return fc.constantFrom('/', '/work?x=1', '');
  return fc.constantFrom('', 'x', 'example');
}
