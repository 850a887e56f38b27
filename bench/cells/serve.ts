// The server of the bench `cells`, in a process of its own: one `serve` with all cells, or with one database.

import { silentLogger } from '../../src/runtime/logger.ts';
import { createServer } from '../../src/server.ts';
import { answerParent } from '../child.ts';

const [, , source = '{}', target = ''] = process.argv;
const server = createServer({
  ...JSON.parse(source),
  ...{ port: 0, targets: { default: target }, logger: silentLogger },
});
await server.start();
answerParent(server.url, () => server.stop());
