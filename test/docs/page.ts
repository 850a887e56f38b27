// A page of the documentation as its code blocks, in order.

import fs from 'node:fs';
import path from 'node:path';

export const ROOT = path.resolve(import.meta.dirname, '../..');

export interface Block {
  language: string;
  /** Further words after the language, which readers don't see. */
  words: string[];
  text: string;
  /** Page and line, for messages. */
  at: string;
  /** The file that its first line names, in a comment. */
  file: string | undefined;
}

export const readPage = (page: string) => fs.readFileSync(path.join(ROOT, page), 'utf8');

export function blocksOf(page: string): Block[] {
  const text = readPage(page);
  return [...text.matchAll(/^```(\w+)([^\n]*)\n(.*?)^```$/gms)].map(([, language = '', words = '', block = ''], n) => {
    const line = [...text.matchAll(/^```\w+/gm)][n]?.index ?? 0;
    return {
      language,
      words: words.split(' ').filter(Boolean),
      text: block,
      at: `${page}:${text.slice(0, line).split('\n').length}`,
      file: /^(?:\/\/|#) ([\w.-]+\.\w+)\n/.exec(block)?.[1],
    };
  });
}

/** All pages, the README first. */
export function allPages(): string[] {
  const docs = fs.readdirSync(path.join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' });
  const pages = docs.filter((file) => file.endsWith('.md')).map((file) => `docs/${file.replaceAll(path.sep, '/')}`);
  return ['README.md', ...pages.sort()];
}

/** Whether the output has these lines in this order; `…` stands for anything, and runs of spaces for one. */
export function missingLine(expected: string, output: string): string | undefined {
  const lines = output.split('\n').map(squeeze);
  let from = 0;
  for (const line of expected.split('\n').map(squeeze).filter(Boolean)) {
    const pattern = new RegExp(`^${line.split('…').map(literally).join('.*')}$`);
    const found = lines.findIndex((one, at) => at >= from && pattern.test(one));
    if (found === -1) return line;
    from = found + 1;
  }
  return undefined;
}

const squeeze = (line: string) => line.trim().replaceAll(/\s+/g, ' ');

const literally = (text: string) => text.replaceAll(/[^\w\s]/g, '\\$&');
