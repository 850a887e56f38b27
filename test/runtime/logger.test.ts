import pino from 'pino';
import { expect, test } from 'vitest';
import winston from 'winston';
import { createLogger, jsonLogger } from '../../src/runtime/create-logger.ts';
import { givenLogger } from '../../src/runtime/given-logger.ts';
import type { Logger } from '../../src/runtime/logger.ts';

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

test('a pretty line shows message and fields, and nothing in it controls the terminal', () => {
  const lines: string[] = [];
  const logger = createLogger({ format: 'pretty', colours: false, write: (line) => lines.push(line) });
  const fields = { queue: 'mail', status: 500, error: new Error('bad \u001b[2J thing'), id: 7n, traceId: undefined };
  logger.warn('an attempt\nfailed', fields);
  expect(lines).toEqual([
    expect.stringMatching(
      /^\d\d:\d\d:\d\d WARN {2}an attempt failed queue=mail status=500 error="bad {2}\[2J thing" id=7\n$/,
    ),
  ]);
});

test('silent writes nothing; an unknown level or format is refused', () => {
  const lines: string[] = [];
  createLogger({ level: 'silent', write: (line) => lines.push(line) }).error('loud');
  expect(lines).toEqual([]);
  expect(() => createLogger({ level: 'verbose' as 'info' })).toThrow(
    'level must be debug, info, warn, error, silent, got verbose',
  );
  expect(() => createLogger({ format: 'xml' as 'json' })).toThrow('format must be json, pretty, got xml');
});

test('the console and a winston logger are loggers as they are', () => {
  const loggers: Logger[] = [console, winston.createLogger({ silent: true })];
  for (const logger of loggers) expect(givenLogger(logger)).toBe(logger);
});

test("a pino logger gets the fields first, and an error by pino's name for it", () => {
  const written: string[] = [];
  const logger = givenLogger(pino({ base: null }, { write: (line) => written.push(line) }));
  logger.warn('it broke', { error: new Error('refused'), queue: 'mail' });
  logger.error('alone');
  expect(written.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({
      level: 40,
      msg: 'it broke',
      queue: 'mail',
      err: expect.objectContaining({ message: 'refused' }),
    }),
    expect.objectContaining({ level: 50, msg: 'alone' }),
  ]);
});
