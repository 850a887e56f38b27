// The browser itself: Debian's Chromium, if it is installed.

import fs from 'node:fs';
import { type BrowserServer, chromium } from 'playwright-core';

/** The shell has no window and costs less; both are packages of Debian. */
const executable = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'].find((file) => fs.existsSync(file));

/** Whether this machine has the browser. */
export const hasBrowser = executable !== undefined;
if (!hasBrowser)
  console.warn(
    'skipped: the console in a browser (Chromium is not installed: apt-get install chromium-headless-shell)',
  );

/** Starts a browser that tests connect to. */
export function launchBrowser(): Promise<BrowserServer> {
  const noSandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launchServer({ executablePath: executable ?? 'chromium', args: ['--disable-gpu', ...noSandbox] });
}
