import { expect, test } from 'vitest';
import * as errors from '../../src/domain/errors.ts';

test('the class hierarchy is App Engine’s: duplicates and others are InvalidTaskErrors', () => {
  for (const errorClass of [
    errors.InvalidTaskNameError,
    errors.TaskTooLargeError,
    errors.TransactionalRequestTooLargeError,
    errors.TaskAlreadyExistsError,
    errors.TombstonedTaskError,
    errors.InvalidUrlError,
    errors.InvalidEtaError,
  ]) {
    expect(new errorClass('no')).toBeInstanceOf(errors.InvalidTaskError);
  }
  expect(new errors.TransactionalRequestTooLargeError('no')).toBeInstanceOf(errors.TaskTooLargeError);
  expect(new errors.InvalidQueueNameError('no')).toBeInstanceOf(errors.InvalidQueueError);
});

test('an error has its name, its number, its SQLSTATE and its cause', () => {
  const cause = new Error('below');
  const error = new errors.UnknownQueueError('no such queue', { cause, hint: 'create it' });
  expect(error).toBeInstanceOf(errors.TaskQueueError);
  expect(error).toMatchObject({ name: 'UnknownQueueError', code: 1, sqlState: 'TQ001', retryable: false, cause });
  expect(new errors.TransientError('later')).toMatchObject({ code: 2, retryable: true, sent: false });
  expect(new errors.DatastoreError('lost', { code: 10_002, sqlState: '40001' })).toMatchObject({
    code: 10_002,
    sqlState: '40001',
  });
  expect(new errors.DatastoreError('lost').sqlState).toBeUndefined();
});
