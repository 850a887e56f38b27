import { execFileSync, spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';
import { javaException } from '../../src/app-engine/java-exception.ts';

const hasJava = spawnSync('java', ['--list-modules'], { encoding: 'utf8' }).stdout?.includes('jdk.compiler') ?? false;
if (!hasJava) console.warn('skipped: reading an exception by Java, because no JDK is installed');

const PROGRAM = path.join(import.meta.dirname, 'programs/ApiProxy.java');

test.runIf(hasJava)('Java reads the exception', () => {
  const read = (detail: string) =>
    execFileSync('java', ['-Dfile.encoding=UTF-8', '-Dstdout.encoding=UTF-8', PROGRAM], {
      ...{ input: javaException(21, detail), encoding: 'utf8' },
    });
  expect(read('a push queue')).toBe('21 | a push queue | ApplicationError: 21: a push queue\n');
  expect(read('\u{1f600}\0é'.padEnd(9_000, 'x'))).toMatch(/^21 \| \?\?\?é?/);
});

test('the bytes begin as Java’s do, and name the class', () => {
  const bytes = Buffer.from(javaException(1, 'no queue'));
  expect(bytes.subarray(0, 6).toString('hex')).toBe('aced00057372');
  expect(bytes.toString('latin1')).toContain('com.google.apphosting.api.ApiProxy$ApplicationException');
  expect(bytes.length).toBeLessThan(500);
});
