// App Engine's SDKs, where this machine has them.
//
// Python: google.appengine must be importable, as by PYTHONPATH. Debian has the packages that it needs. PYTHON names
// the interpreter. Go: Debian's golang-go and golang-google-appengine-dev. Java: APPENGINE_CLASSPATH names the SDK's
// classes and those of its remote API, with all that they need.

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';

export const PYTHON = process.env.PYTHON ?? '/usr/bin/python3';
export const GOPATH = '/usr/share/gocode';
export const CLASSPATH = process.env.APPENGINE_CLASSPATH ?? '';

const works = (command: string, args: string[]) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

function found(sdk: string, missing: string, present: boolean): boolean {
  if (!present) console.warn(`skipped: App Engine's SDK for ${sdk}, because ${missing}`);
  return present;
}

export const hasPython = () =>
  found(
    'Python',
    `${PYTHON} cannot import google.appengine`,
    works(PYTHON, ['-c', 'import google.appengine.ext.deferred']),
  );

export const hasGo = () =>
  found(
    'Go',
    'golang-go or golang-google-appengine-dev is not installed',
    works('go', ['version']) && fs.existsSync(`${GOPATH}/src/google.golang.org/appengine/taskqueue`),
  );

export const hasJava = () =>
  found('Java', 'there is no JDK, or APPENGINE_CLASSPATH is not set', CLASSPATH !== '' && works('javac', ['-version']));

/** Connects the SDKs for Python and Go with a server. */
export function connecting(url: string, ticket = 'x'): NodeJS.ProcessEnv {
  const { hostname, port } = new URL(url);
  return {
    ...process.env,
    ...{ API_HOST: hostname, API_PORT: port, GAE_APPLICATION: 's~shop', RUN_WITH_DEVAPPSERVER: '1' },
    ...{ HTTP_X_APPENGINE_API_TICKET: ticket, DEFAULT_VERSION_HOSTNAME: 'localhost' },
  };
}
