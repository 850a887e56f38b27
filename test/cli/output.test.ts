import { afterEach, expect, test, vi } from 'vitest';
import { Output } from '../../src/cli/output.ts';

const { isTTY } = process.stdout;
afterEach(() => {
  process.stdout.isTTY = isTTY;
  vi.restoreAllMocks();
});

const green = (options: ConstructorParameters<typeof Output>[0]) => new Output(options).colors.green('fine');

test('colours are for terminals whose owner wants them', () => {
  process.stdout.isTTY = true;
  expect(green({})).toBe('\u001b[32mfine\u001b[39m');
  expect(green({ noColor: true })).toBe('fine');
  expect(green({ json: true })).toBe('fine');
  process.stdout.isTTY = false;
  expect(green({})).toBe('fine');
});

test('machines get one document, people get lines', () => {
  const written: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  for (const json of [false, true]) {
    const output = new Output({ json });
    output.say('Starting …');
    output.result('Made it.', { queueName: 'mail' });
  }
  expect(written).toEqual(['Starting …\n', 'Made it.\n', '{\n  "queue_name": "mail"\n}\n']);
});

test('a failure is a sentence on stderr, with what to do about it, and nothing that steers a terminal', () => {
  const written: string[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  new Output().fail({ name: 'UnknownQueueError', message: 'there is no queue \u001b[31mx', hint: 'Make it.' });
  expect(written).toEqual(['pgtaskqueue: there is no queue [31mx\nMake it.\n']);
});
