#!/usr/bin/env node
// The command `pgtaskqueue`. It checks the version of Node before it imports anything: its dependencies require Node
// 22.19, and an older Node would fail with a stack trace instead of a sentence.

const found = process.versions.node;
const [major = 0, minor = 0] = found.split('.').map(Number);

if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(
    `pgtaskqueue needs Node 22.19 or newer, this is Node ${found}. ` +
      'Install a newer one from https://nodejs.org, or use a clone of the repository, where npm start and npx pgtaskqueue bring their own.\n',
  );
  process.exitCode = 1;
} else {
  // A reader that closes the pipe early (`… | head`) is not a failure.
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => process.exit(code === 'EPIPE' ? 0 : 1));
  const { main } = await import('./cli/program.ts');
  process.exitCode = await main(process.argv.slice(2));
}

export {};
