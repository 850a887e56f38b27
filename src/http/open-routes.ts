// The one list of what anyone may call, without a credential: what probes and verifiers ask, who can carry none. These routes tell strangers a status, and
// nothing in words.

export const OPEN_ROUTES: readonly string[] = ['GET /healthz', 'GET /readyz'];
