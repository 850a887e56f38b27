// The list of all routes that need no credential: probes and verifiers cannot send one. These routes tell anonymous
// callers only a status.

export const OPEN_ROUTES: readonly string[] = ['GET /healthz', 'GET /readyz'];
