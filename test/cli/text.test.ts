import { describe, expect, test } from 'vitest';
import { formatDuration, formatRate, formatTime, relative } from '../../src/cli/display/durations.ts';
import { type Column, fields, table } from '../../src/cli/display/table.ts';
import { printable, snakeCase, toJson } from '../../src/cli/display/text.ts';
import { parseDuration } from '../../src/domain/duration.ts';

describe('printable text', () => {
  test.each([
    ['an escape sequence', '\u001b[31mred\u001b[0m', '[31mred[0m'],
    ['an 8-bit one', '\u009b31mred', '31mred'],
    ['a title change', '\u001b]0;gotcha\u0007', ']0;gotcha'],
    ['line ends', 'a\r\nb\tc', 'abc'],
    ['a right-to-left override', 'a\u202eb', 'ab'],
    ['zero-width characters', 'a\u200b\ufeffb', 'ab'],
    ['letters of any script', 'Grüße, 世界', 'Grüße, 世界'],
  ])('%s', (_, given, shown) => {
    expect(printable(given)).toBe(shown);
  });

  test('keeps line ends and tabs when they are wanted', () => {
    expect(printable('a\n\tb\r\u001b', { lines: true })).toBe('a\n\tb');
  });
});

describe('JSON documents', () => {
  test('carry no character that steers a terminal, and mean the same', () => {
    const value = { text: 'a\u001b[31m\u009b\u202e\u007f\n' };
    const json = toJson(value);
    expect(printable(json, { lines: true })).toBe(json);
    expect(JSON.parse(json)).toEqual(value);
  });

  test('spell keys in snake case, but not those of users', () => {
    const queue = {
      bucketSize: 5,
      retry: { maxDoublings: 3 },
      headers: { xMine: '1' },
      pausedUntil: new Date(0),
      list: [{ lastStatus: 1 }],
    };
    expect(JSON.parse(toJson(snakeCase(queue)))).toEqual({
      bucket_size: 5,
      retry: { max_doublings: 3 },
      headers: { xMine: '1' },
      paused_until: '1970-01-01T00:00:00.000Z',
      list: [{ last_status: 1 }],
    });
  });
});

describe('tables', () => {
  const columns = [
    { heading: 'NAME', cell: (row: { name: string; tasks: number | null }) => row.name },
    { heading: 'TASKS', cell: (row: { name: string; tasks: number | null }) => row.tasks, right: true },
  ];

  test('align their columns and leave nothing at the ends of lines', () => {
    const rows = [
      { name: 'mail', tasks: 7 },
      { name: 'photographs', tasks: null },
    ];
    expect(table(columns, rows).split('\n')).toEqual(['NAME         TASKS', 'mail             7', 'photographs']);
  });

  describe('that are too wide', () => {
    const wide: Column<{ name: string; url: string; size: number }>[] = [
      { heading: 'NAME', cell: ({ name }) => name, isName: true },
      { heading: 'URL', cell: ({ url }) => url, least: 8 },
      { heading: 'SIZE', cell: ({ size }) => size, right: true, drop: 1 },
    ];
    const rows = [{ name: 'task-0192f3a4b5c67def8001', url: '/send/the/letter', size: 7 }];
    const line = (width: number) => table(wide, rows, { width }).split('\n')[1];

    test('cut long texts first, then hide columns, then cut names in the middle', () => {
      expect(line(80)).toBe('task-0192f3a4b5c67def8001  /send/the/letter     7');
      expect(line(45)).toBe('task-0192f3a4b5c67def8001  /send/the/l…     7');
      expect(line(38)).toBe('task-0192f3a4b5c67def8001  /send/the/…');
      expect(line(32)).toBe('task-0192f3…c67def8001  /send/t…');
    });

    test.each([30, 34, 38, 45, 60])('fit %i columns', (width) => {
      for (const one of table(wide, rows, { width }).split('\n')) expect(one.length).toBeLessThanOrEqual(width);
    });
  });

  test('print no control characters', () => {
    expect(table(columns, [{ name: 'a\u001b[2Jb\n', tasks: 1 }])).toBe('NAME   TASKS\na[2Jb      1');
  });

  test('fields leave out what is not there', () => {
    const text = fields([
      ['name', 'mail'],
      ['target', null],
      ['tasks', 0],
    ]);
    expect(text).toBe('name   mail\ntasks  0');
  });
});

describe('durations', () => {
  test.each([
    ['90', 90],
    ['1.5', 1.5],
    ['90s', 90],
    ['30m', 1800],
    ['1h30m', 5400],
    ['2d', 172_800],
    ['1.5d', 129_600],
    ['250ms', 0.25],
  ])('%s', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });

  test.each(['', 's', '-5', '5x', '1h 30m', '1,5h', 'NaN', 'Infinity', '1e3', '5m5'])('%j is rejected', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  test.each([
    [70_000, 'in 1m10s'],
    [-5_000, '5s ago'],
    [0, 'now'],
    [(2 * 86_400 + 3 * 3600 + 5 * 60 + 7) * 1000, 'in 2d3h'],
    [-(86_400 + 7) * 1000, '1d ago'],
    [(2 * 86_400 - 5) * 1000, 'in 2d'],
  ])('%d ms from now', (away, text) => {
    expect(relative(new Date(1_000_000 + away), 1_000_000)).toBe(text);
  });

  test.each([
    [0, '0s'],
    [0.25, '250ms'],
    [1.5, '1.5s'],
    [90, '1m30s'],
    [5400, '1h30m'],
    [200.5, '3m20.5s'],
    [777_600, '9d'],
    [93_784, '1d2h3m4s'],
  ])('%d seconds are written as they are read', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
    expect(parseDuration(text)).toBe(seconds);
  });

  test.each([
    [5, '5/s'],
    [0.25, '0.25/s'],
    [0, '0/s'],
    [1 / 3, '0.333/s'],
  ])('%d tasks a second', (perSecond, text) => expect(formatRate(perSecond)).toBe(text));

  test.each([
    ['UTC', '2030-01-31 08:30:05+00:00'],
    ['America/St_Johns', '2030-01-31 05:00:05-03:30'],
    ['Asia/Kolkata', '2030-01-31 14:00:05+05:30'],
  ])('a moment on a clock in %s', (zone, text) => {
    const before = process.env.TZ;
    process.env.TZ = zone;
    expect(formatTime(new Date('2030-01-31T08:30:05.678Z'))).toBe(text);
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
  });
});
