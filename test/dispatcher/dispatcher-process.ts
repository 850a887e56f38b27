// A dispatcher in a process of its own, to be killed: node dispatcher-process.ts DATABASE_URL TARGET_URL
import { Dispatcher } from '../../src/dispatcher/dispatcher.ts';

const [database = '', target = ''] = process.argv.slice(2);
await new Dispatcher({ database, targets: { default: target }, pollSeconds: 0.05 }).start();
process.stdout.write('started\n');
