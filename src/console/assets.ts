// Scripts and styles. Their addresses name their content, so that browsers keep them for ever and never use old ones.

import { createHash } from 'node:crypto';
import { CONSOLE_ASSETS } from './assets/package-assets.embed.ts';

export interface Asset {
  type: string;
  text: string;
}

const TYPES: Record<string, string> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

const hashes = new Map(
  Object.entries(CONSOLE_ASSETS).map(([name, text]) => [
    name,
    createHash('sha256').update(text).digest('hex').slice(0, 12),
  ]),
);

/** The address of an asset as pages name it, such as `assets/3f2a90c1b7de/console.css`. */
export function assetPath(name: keyof typeof CONSOLE_ASSETS): string {
  return `assets/${hashes.get(name)}/${name}`;
}

/** The asset of a path; undefined: there is none, or no longer. */
export function assetAt(hash: string, name: string): Asset | undefined {
  const text = (CONSOLE_ASSETS as Record<string, string>)[name];
  if (text === undefined || hashes.get(name) !== hash) return undefined;
  return { type: TYPES[name.split('.').at(-1) ?? ''] ?? 'text/plain', text };
}
