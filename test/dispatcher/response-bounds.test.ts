import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_RAW_RESPONSE_BYTES, ResponseBounds } from '../../src/dispatcher/delivery/response-bounds.ts';

const ANSWER = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';
const HINTS = 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n';

/** The text that passes, when it arrives in these pieces. */
function passed(bounds: ResponseBounds, pieces: string[]): string {
  return pieces.map((piece) => bounds.pass(Buffer.from(piece, 'latin1')).toString('latin1')).join('');
}

test.each([
  ['an answer', ANSWER, ANSWER],
  ['after 100', CONTINUE + ANSWER, ANSWER],
  ['after several', CONTINUE + HINTS + HINTS + ANSWER, ANSWER],
  ['101 is the answer', 'HTTP/1.1 101 Switching Protocols\r\n\r\n', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
  ['of HTTP/1.0', `HTTP/1.0 100 x\r\n\r\n${ANSWER}`, ANSWER],
  ['what is no HTTP', '<html>', '<html>'],
  ['too little to decide', 'HTTP/1.', ''],
  ['what looks like one in the body', `${ANSWER}${CONTINUE}`, `${ANSWER}${CONTINUE}`],
])('%s, however it is split', (_what, text, through) => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: text.length }), { maxLength: 6 }), (cuts) => {
      const at = [0, ...cuts.sort((a, b) => a - b), text.length];
      const pieces = at.slice(1).map((end, i) => text.slice(at[i], end));
      expect(passed(new ResponseBounds(), pieces)).toBe(through);
    }),
  );
});

test('each response may be as long as the one before', () => {
  const bounds = new ResponseBounds();
  for (let i = 0; i < 3; i++) {
    bounds.begin();
    expect(
      passed(bounds, [CONTINUE, ANSWER, 'x'.repeat(MAX_RAW_RESPONSE_BYTES - CONTINUE.length - ANSWER.length)]),
    ).toMatch(/^HTTP\/1.1 200/);
  }
  expect(() => bounds.pass(Buffer.alloc(1))).toThrow(/at most 524288 bytes/);
});

test.each([
  ['interim answers', CONTINUE],
  ['an interim answer', HINTS.slice(0, -4)],
])('%s without an end', (_what, text) => {
  const bounds = new ResponseBounds();
  expect(() => {
    for (let i = 0; i * text.length <= MAX_RAW_RESPONSE_BYTES; i++) bounds.pass(Buffer.from(text));
  }).toThrow(/at most/);
});
