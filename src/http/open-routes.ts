// The list of all routes that need no credential: probes and verifiers cannot send one. These routes tell anonymous
// callers only a status, or what verifies ID tokens.

import { ID_TOKEN_PATHS } from './id-tokens.ts';

export const OPEN_ROUTES: readonly string[] = [
  'GET /healthz',
  'GET /readyz',
  ...Object.values(ID_TOKEN_PATHS).map((path) => `GET ${path}`),
];
