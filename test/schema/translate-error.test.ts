import { expect, test } from 'vitest';
import { type TaskQueueError, UnknownQueueError } from '../../src/domain/errors.ts';
import { NotConfirmed, NotSent } from '../../src/postgres/connection-trouble.ts';
import { translateError } from '../../src/schema/translate-error.ts';

/** An error as a driver exposes it. */
const server = (code: string, more: object = {}) =>
  Object.assign(new Error('refused'), { code, severity: 'ERROR', ...more });
const system = (code: string) => Object.assign(new Error(code), { code, errno: -1, syscall: 'read' });

test.for([
  // [driver's error, result outside a transaction, result inside]
  [server('TQ001'), ['UnknownQueueError', 1, false], ['UnknownQueueError', 1, false]],
  [server('TQ999'), ['TaskQueueError', 999, false], ['TaskQueueError', 999, false]],
  [server('40001'), ['TransientError', 2, true], ['DatastoreError', 10_002, true]],
  [server('40P01'), ['TransientError', 2, true], ['DatastoreError', 10_002, true]],
  [server('55P03'), ['TransientError', 2, true], ['DatastoreError', 10_005, true]],
  [server('57014'), ['DatastoreError', 10_005, false], ['DatastoreError', 10_005, false]],
  [server('53100'), ['DatastoreError', 10_012, false], ['DatastoreError', 10_012, false]],
  [server('23505'), ['DatastoreError', 10_003, false], ['DatastoreError', 10_003, false]],
  [server('25006'), ['TransientError', 2, true], ['DatastoreError', 10_003, false]],
  [server('25P02'), ['BadTransactionStateError', 104, false], ['BadTransactionStateError', 104, false]],
  [server('42501'), ['PermissionDeniedError', 9, false], ['PermissionDeniedError', 9, false]],
  [server('28P01'), ['PermissionDeniedError', 9, false], ['PermissionDeniedError', 9, false]],
  [server('3F000'), ['SchemaVersionError', 112, false], ['SchemaVersionError', 112, false]],
  [server('42883'), ['SchemaVersionError', 112, false], ['SchemaVersionError', 112, false]],
  [server('22P05'), ['InvalidRequestError', 13, false], ['InvalidRequestError', 13, false]],
  [server('54001'), ['InvalidRequestError', 13, false], ['InvalidRequestError', 13, false]],
  [server('XX001'), ['InternalError', 3, false], ['InternalError', 3, false]],
  [server('57P01'), ['TransientError', 2, true], ['TransientError', 2, true]],
  [server('08006'), ['TransientError', 2, true], ['TransientError', 2, true]],
  [system('ECONNRESET'), ['TransientError', 2, true], ['TransientError', 2, true]],
  [system('ECONNREFUSED'), ['TransientError', 2, true], ['TransientError', 2, true]],
] as const)('%s is the right class, alone and in a transaction', ([error, ...expected]) => {
  const seen = [false, true].map((inTransaction) => {
    const translated = translateError(error, { inTransaction }) as TaskQueueError;
    expect(translated.cause).toBe(error);
    return [translated.name, translated.code, translated.retryable];
  });
  expect(seen).toEqual(expected);
});

test.for([
  [system('ECONNREFUSED'), false],
  [system('ENOTFOUND'), false],
  [server('57P03'), false],
  [server('53300'), false],
  [new NotSent(system('ECONNRESET')), false],
  [new AggregateError([system('ECONNREFUSED')]), false],
  [new Error('timeout exceeded when trying to connect'), false],
  [new Error('Client has encountered a connection error and is not queryable'), false],
  [system('ECONNRESET'), true],
  [system('EPIPE'), true],
  [server('57P01'), true],
  [server('08006'), true],
  [new Error('Connection terminated unexpectedly'), true],
  [new Error('Query read timeout'), true],
  [new NotConfirmed('canceling wait'), true],
] as const)('%s: whether the statement had been sent', ([error, sent]) => {
  expect(translateError(error)).toMatchObject({ name: 'TransientError', sent });
  expect(translateError(error, { inTransaction: true })).toMatchObject({ sent: false });
});

test('detail, hint, message and cause are kept', () => {
  const cause = server('TQ001', { detail: '{"queue": "mail"}', hint: 'Create it.' });
  expect(translateError(cause)).toMatchObject({
    message: 'refused',
    detail: { queue: 'mail' },
    hint: 'Create it.',
    sqlState: 'TQ001',
    cause,
  });
  expect(translateError(server('23505', { detail: 'Key (a)=(1) exists.' }))).toMatchObject({ detail: undefined });
  expect(translateError(server('TQ001', { detail: '{broken' }))).toMatchObject({ detail: undefined });
});

test.for([
  [system('ECONNREFUSED'), 'Check that PostgreSQL is running, and host and port of the connection string.'],
  [new NotSent(system('ENOTFOUND')), 'Check that PostgreSQL is running, and host and port of the connection string.'],
  [system('ECONNRESET'), undefined],
  [server('28P01'), 'Check user and password of the connection string.'],
  [server('3D000'), 'Create the database, or correct its name in the connection string.'],
  [server('42501'), 'Grant this login a role that may do it, such as taskqueue_enqueuer for applications.'],
  [server('42501', { hint: 'Ask an operator.' }), 'Ask an operator.'],
] as const)('%o says what to do', ([error, hint]) => {
  expect((translateError(error) as TaskQueueError).hint).toBe(hint);
});

test('a refused connection is reported with its reason', () => {
  const cause = server('28P01');
  expect(translateError(new NotSent(cause))).toMatchObject({ name: 'PermissionDeniedError', cause });
  const mistake = new Error('Cannot use a pool after calling end on the pool');
  expect(translateError(new NotSent(mistake))).toBe(mistake);
});

test('TaskQueueErrors, and errors of neither server nor connection, stay unchanged', () => {
  for (const error of [new UnknownQueueError('ours'), new TypeError('a mistake'), 'text', undefined, null]) {
    expect(translateError(error)).toBe(error);
  }
});
