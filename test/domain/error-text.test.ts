import { expect, test } from 'vitest';
import { errorText, MAX_ERROR_BYTES } from '../../src/domain/error-text.ts';

class SmtpError extends Error {
  override readonly name = 'SmtpError';
}

const repeated = new Error('first');
repeated.cause = repeated;
const codeOnly = Object.assign(new AggregateError([new SmtpError('connect')], ''), { code: 'ECONNREFUSED' });

test.each<[string, unknown, string]>([
  ['its name and message', new SmtpError('550 no such user'), 'SmtpError: 550 no such user'],
  [
    'its causes',
    new Error('could not send', { cause: new SmtpError('550') }),
    'Error: could not send, caused by SmtpError: 550',
  ],
  ['no cause that the message repeats', new Error('Error: x', { cause: new Error('x') }), 'Error: Error: x'],
  ['a cause that is itself, once', repeated, 'Error: first'],
  ['the code of one without a message', codeOnly, 'AggregateError: ECONNREFUSED, caused by SmtpError: connect'],
  ['its name alone', new TypeError(), 'TypeError'],
  ['thrown text', 'out of paper', 'out of paper'],
  ['a thrown object', { code: 7 }, '{"code":7}'],
  ['nothing', undefined, 'undefined'],
  ['null', null, 'null'],
  ['one that cannot be read', new Proxy(new Error('x'), { get: () => boom() }), 'Error'],
  ['one that cannot be written', Object.assign(Object.create(null), { big: 1n }), 'Error'],
])('%s', (_, error, text) => {
  expect(errorText(error)).toBe(text);
});

test.each(['x', 'ü', '€', '😀', '\ud800'])('at most 1 KB of whole characters: %s', (character) => {
  const text = errorText(new Error(character.repeat(5000)));
  const bytes = Buffer.byteLength(text);
  expect(bytes).toBeLessThanOrEqual(MAX_ERROR_BYTES);
  expect(bytes).toBeGreaterThan(MAX_ERROR_BYTES - 4);
  expect([text.isWellFormed(), text.includes('\ufffd')]).toEqual([true, character === '\ud800']);
});

test('the stack only on request', () => {
  const error = new Error('x', { cause: new Error('y') });
  expect(errorText(error)).not.toContain('error-text.test');
  expect(errorText(error, { stack: true })).toMatch(/^Error: x\n {4}at .*error-text\.test/);
  expect(errorText('x', { stack: true })).toBe('x');
});

function boom(): never {
  throw new Error('boom');
}
