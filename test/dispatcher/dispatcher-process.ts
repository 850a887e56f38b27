// A dispatcher in a process of its own, for tests that kill it: node dispatcher-process.ts DATABASE_URL TARGET_URL
// [POLL_SECONDS]
// If its input is a pipe, it stops when that closes, and waits up to a minute for its requests.
import fs from 'node:fs';
import { Dispatcher } from '../../src/dispatcher/dispatcher.ts';

const [database = '', target = '', pollSeconds = '0.05'] = process.argv.slice(2);
const dispatcher = new Dispatcher({ database, targets: { default: target }, pollSeconds: Number(pollSeconds) });
await dispatcher.start();
process.stdout.write('started\n');
if (fs.fstatSync(0).isFIFO() || fs.fstatSync(0).isSocket()) {
  process.stdin.resume().on('end', () => dispatcher.stop({ deadlineSeconds: 60 }));
}
