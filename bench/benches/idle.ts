import type { Bench } from '../bench.ts';
export const idle: Bench = async () => ({ cells: {}, metrics: {} });
