// How long tests wait for what comes soon: a busy machine may run them at a tenth of their usual speed. What comes sooner
// costs no time.

export const PATIENCE_MS = 60_000;
