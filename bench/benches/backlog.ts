import type { Bench } from '../bench.ts';
export const backlog: Bench = async () => ({ cells: {}, metrics: {} });
