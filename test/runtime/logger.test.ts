import { expect, test } from 'vitest';
import { jsonLogger } from '../../src/runtime/logger.ts';

function setup(least?: 'debug' | 'warn') {
  const lines: string[] = [];
  return { lines, logger: jsonLogger((line) => lines.push(line), least) };
}

test('one JSON object per line, with readable errors and bigints', () => {
  const { lines, logger } = setup();
  logger.warn('it broke', { error: Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }), id: 7n });
  expect(lines[0]).toMatch(/\n$/);
  expect(JSON.parse(lines[0] ?? '')).toEqual({
    time: expect.any(String),
    level: 'warn',
    message: 'it broke',
    error: { name: 'Error', message: 'refused', code: 'ECONNREFUSED' },
    id: '7',
  });
});

test('entries below the lowest level are not written', () => {
  const { lines, logger } = setup('warn');
  logger.info('quiet');
  logger.error('loud');
  expect(lines).toHaveLength(1);
});
