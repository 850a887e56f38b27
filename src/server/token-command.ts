// Gets access tokens by a shell command of the operator's, which is told account and scope by environment variables:
//
//   gcloud auth print-access-token --impersonate-service-account="$OAUTH_ACCOUNT" --scopes="$OAUTH_SCOPE"

import { execFile } from 'node:child_process';
import type { BearerToken } from '../task-tokens/token-cache.ts';

const TIMEOUT_MS = 30_000;
/** A token that says nothing about its end is used again for this long. */
const UNKNOWN_SECONDS = 60;
const MOST_BYTES = 64 * 1024;

/**
 * The function that runs the command. It prints a token, or JSON: `{"access_token": "…", "expires_in": 3599}`.
 *
 * @param environment of the command
 */
export function tokenCommand(command: string, environment: Record<string, string>) {
  return async (account: string, scope: string): Promise<BearerToken> => {
    const printed = await run(command, { ...environment, OAUTH_ACCOUNT: account, OAUTH_SCOPE: scope });
    const token = readToken(printed.trim());
    if (token) return token;
    throw new Error('the OAuth token command must print a token, or JSON with access_token and expires_in');
  };
}

function run(command: string, env: Record<string, string>): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { env, timeout: TIMEOUT_MS, maxBuffer: MOST_BYTES, killSignal: 'SIGKILL' } as const;
    execFile('/bin/sh', ['-c', command], options, (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      const why = error.killed ? `no end within ${TIMEOUT_MS / 1000} s` : `exit code ${error.code}`;
      const said = stderr.trimEnd().split('\n').at(-1) ?? '';
      reject(new Error(`the OAuth token command failed: ${said === '' ? why : `${why}: ${said}`}`));
    });
  });
}

function readToken(printed: string): BearerToken | undefined {
  if (!printed.startsWith('{')) return isToken(printed) ? { token: printed, seconds: UNKNOWN_SECONDS } : undefined;
  try {
    const { access_token: token, expires_in: seconds } = JSON.parse(printed);
    return isToken(token) && seconds > 0 ? { token, seconds: Number(seconds) } : undefined;
  } catch {
    return undefined;
  }
}

/** The characters of a bearer token. */
function isToken(token: unknown): token is string {
  return typeof token === 'string' && /^[A-Za-z0-9._~+/-]+=*$/.test(token);
}
