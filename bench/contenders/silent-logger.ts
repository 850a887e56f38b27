// A silent logger for graphile-worker, which otherwise logs each job.

import { Logger } from 'graphile-worker';

export const silentLogger = new Logger(() => () => {});
