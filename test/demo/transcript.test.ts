import { expect, test } from 'vitest';
import { Transcript } from '../../src/demo/transcript.ts';

function setup() {
  const lines: string[] = [];
  return { lines, transcript: new Transcript((line) => lines.push(line)) };
}

test('a check that is met is a tick', () => {
  const { lines, transcript } = setup();
  transcript.begin('1. Tea');
  transcript.check('the pot is warm', { celsius: 60 }, { celsius: 60 });
  expect(lines).toEqual(['\n1. Tea', '  ✓ the pot is warm']);
  expect([transcript.passed, transcript.failed]).toEqual([1, 0]);
});

test('one that is not met shows what was expected and what was seen', () => {
  const { lines, transcript } = setup();
  transcript.check('cups', 1, 2);
  transcript.check('a name', undefined, 'ada');
  expect(lines).toEqual([
    ...['  ✗ cups', '      expected: 2', '      seen:     1'],
    ...['  ✗ a name', '      expected: ada', '      seen:     undefined'],
  ]);
  expect([transcript.passed, transcript.failed]).toEqual([0, 2]);
  expect(transcript.checks[0]).toMatchObject({ check: 'cups', passed: false, expected: 2, seen: 1 });
});

test('a scenario that breaks off has failed', () => {
  const { lines, transcript } = setup();
  transcript.recordError(new TypeError('no kettle'));
  expect(transcript.failed).toBe(1);
  expect(lines.join('\n')).toContain('TypeError: no kettle');
});
