// A dispatcher in a process of its own, to be killed: node dispatcher-process.ts DATABASE_URL TARGET_URL
// Where its input is a pipe, it stops when that ends, and gives its requests a minute.
import fs from 'node:fs';
import { Dispatcher } from '../../src/dispatcher/dispatcher.ts';

const [database = '', target = ''] = process.argv.slice(2);
const dispatcher = new Dispatcher({ database, targets: { default: target }, pollSeconds: 0.05 });
await dispatcher.start();
process.stdout.write('started\n');
if (fs.fstatSync(0).isFIFO() || fs.fstatSync(0).isSocket()) {
  process.stdin.resume().on('end', () => dispatcher.stop({ deadlineSeconds: 60 }));
}
