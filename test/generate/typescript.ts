// The reference of the package's entry points, written from their docstrings: every export of each, classes first.

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Declaration, declarationsOf, type Member } from './declarations.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

interface EntryPoint {
  name: string;
  file: string;
}

/** The text of docs/reference/typescript.md. */
export function typescriptReference(): string {
  const { exports, name } = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  const entryPoints = Object.keys(exports)
    .filter((entryPoint) => entryPoint !== './package.json')
    .map((entryPoint) => ({
      name: name + entryPoint.slice(1),
      file: `${entryPoint === '.' ? 'index' : entryPoint.slice(2)}.d.ts`,
    }));
  const folder = compile();
  try {
    return page(folder, entryPoints);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function compile(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ptq-types-'));
  const flags = ['-p', 'test/tsconfig.build.json', '--emitDeclarationOnly', '--outDir', folder];
  const { status, stdout } = spawnSync(path.join(ROOT, 'node_modules/.bin/tsc'), flags, {
    cwd: ROOT,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stdout);
  return folder;
}

function page(folder: string, entryPoints: EntryPoint[]): string {
  const shown = new Map<Declaration['source'], string>();
  const sections = entryPoints.map(({ name, file }) => {
    const text = fs.readFileSync(path.join(folder, file), 'utf8');
    const about = /^\/\/ (.+)$/m.exec(
      fs.readFileSync(path.join(ROOT, 'src', file.replace('.d.ts', '.ts')), 'utf8'),
    )?.[1];
    const declarations = declarationsOf(folder, file, text).sort((a, b) => rank(a) - rank(b));
    const entries = declarations.filter((one) => !isError(one)).map((one) => entry(one, name, shown));
    const errors = declarations.filter(isError).map((one) => `[\`${one.name}\`](errors.md)`);
    if (errors.length > 0) entries.push(`### Errors\n\n${errors.join(', ')}.`);
    return [`## ${name}`, sentence(about?.replace(/^pgtaskqueue\S*: /, '') ?? ''), ...entries].join('\n\n');
  });
  const list = entryPoints.map(({ name }) => `- [\`${name}\`](#${name.replaceAll(/[^\w-]/g, '')})`).join('\n');
  return `# TypeScript\n\nWritten from the source by \`npm run generate\`.\n\n${list}\n\n${sections.join('\n\n')}\n`;
}

const RANKS = ['class', 'function', 'interface', 'type', 'const'];
const rank = ({ kind }: Declaration) => RANKS.indexOf(kind);

/** Errors: their table says when each is thrown. */
const isError = ({ source, text }: Declaration) => /error/.test(source) && / extends \w*Error\b/.test(text);

function entry(declaration: Declaration, entryPoint: string, shown: Map<string, string>): string {
  const { name, source } = declaration;
  const elsewhere = shown.get(`${source}#${name}`);
  if (elsewhere !== undefined) return `### ${name}\n\nSee [\`${elsewhere}\`](#${anchor(name)}).`;
  shown.set(`${source}#${name}`, entryPoint);
  const parts = [`### ${name}`, declaration.about];
  if (declaration.members.length === 0 || declaration.kind === 'type') parts.push(fenced(declaration.text));
  else if (declaration.kind === 'interface') parts.push(heritage(declaration), properties(declaration.members));
  else parts.push(fenced(head(declaration)), ...declaration.members.map(member));
  return parts.filter(Boolean).join('\n\n');
}

const anchor = (name: string) => name.toLowerCase();
const fenced = (text: string) => `\`\`\`ts\n${text}\n\`\`\``;
const head = ({ text }: Declaration) => `${text.split(/\{\n/)[0]?.trim()} { … }`;
/** The head of an interface that extends another or is generic. */
const heritage = (one: Declaration) => (/^interface \w+ \{/.test(one.text) ? '' : fenced(head(one)));
const member = ({ text, about }: Member) => [fenced(text), about].filter(Boolean).join('\n\n');
const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

function properties(members: Member[]): string {
  const rows = members.map(({ text, about }) => {
    const flat = text.replaceAll(/\s+/g, ' ').replace(/;$/, '');
    const [name = '', type] = /^(?:readonly )?([\w$]+\??|'[\w.]+'): (.*)$/.exec(flat)?.slice(1) ?? [flat];
    const cells = type === undefined ? [code(flat), ''] : [code(name), code(type)];
    return `| ${[...cells, about.replaceAll(/\s+/g, ' ')].join(' | ')} |`;
  });
  return ['| property | type | meaning |', '|---|---|---|', ...rows].join('\n');
}

const code = (text: string) => `\`${text.replaceAll('|', '\\|')}\``;
