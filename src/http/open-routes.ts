// The list of all routes that need no credential: probes, verifiers and people who are about to sign in cannot send
// one. These routes tell anonymous callers only a status, what verifies ID tokens, or what is the same for everybody.

import { ID_TOKEN_PATHS } from './id-tokens.ts';

export const OPEN_ROUTES: readonly string[] = [
  'GET /healthz',
  'GET /readyz',
  ...Object.values(ID_TOKEN_PATHS).map((path) => `GET ${path}`),
  'GET /console/assets/:hash/:name',
  'GET /console/login',
  'POST /console/login',
];

/** Those of a server of several cells, besides the routes of its cells. */
export const OPEN_ROUTES_OF_CELLS: readonly string[] = [
  'GET /healthz',
  'GET /readyz',
  'ALL /cells/:cell/*', // a cell that is unknown or has not started
  'ALL /*', // the default cell, which has not started
];
