// graphile-worker logs each job; a measurement has no use for it.

import { Logger } from 'graphile-worker';

export const silentLogger = new Logger(() => () => {});
