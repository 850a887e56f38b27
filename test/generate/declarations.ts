// The exports of an entry point, read from the declaration files that the compiler writes: their layout is always the same.

import fs from 'node:fs';
import path from 'node:path';

export interface Member {
  text: string;
  about: string;
}

export interface Declaration {
  name: string;
  kind: string;
  /** The file that declares it. */
  source: string;
  /** Without comments. */
  text: string;
  about: string;
  members: Member[];
}

const EXPORT_FROM = /^export (?:type )?(\*|\{[^}]*\}) from '(\.[^']+)';/gms;
const DECLARED =
  /^(\/\*\*(?:[^*]|\*(?!\/))*\*\/\n)?export (?:declare )?(?:abstract )?(class|interface|type|function|const) (\w+)/gm;

/** All that a file exports, sorted by name. */
export function declarationsOf(folder: string, file: string, text: string): Declaration[] {
  const found = [...text.matchAll(EXPORT_FROM)].flatMap(([, names = '', from = '']) => {
    const source = path.join(path.dirname(file), from.replace(/\.ts$/, '.d.ts'));
    const all = everythingIn(folder, source);
    if (names === '*') return all;
    const wanted = names.split(/[{},\s]+/).filter((word) => word && word !== 'type');
    return wanted.map((name) => all.find((one) => one.name === name) ?? missing(name, source));
  });
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function missing(name: string, source: string): never {
  throw new Error(`${source} declares no ${name}`);
}

function everythingIn(folder: string, source: string): Declaration[] {
  const text = fs.readFileSync(path.join(folder, source), 'utf8');
  const own = new Map<string, Declaration>();
  for (const match of text.matchAll(DECLARED)) {
    const [all, comment = '', kind = '', name = ''] = match;
    const start = (match.index ?? 0) + comment.length;
    const declared = text.slice(start, endOf(text, start + all.length - comment.length));
    const earlier = own.get(name); // an overload
    if (earlier) earlier.text += `\n${plain(declared)}`;
    else
      own.set(name, { name, kind, source, text: plain(declared), about: prose(comment), members: membersOf(declared) });
  }
  return [...own.values(), ...declarationsOf(folder, source, text)];
}

/** A declaration ends with the first line that is indented no further, and closes or ends it. */
function endOf(text: string, from: number): number {
  const rest = text.slice(from);
  const end = /^\}.*$|^[^\n ].*;$|;$/m;
  const line = rest.slice(0, rest.indexOf('\n'));
  if (line.endsWith(';')) return from + line.length;
  if (line.endsWith('{}')) return from + line.length;
  const closed = /\n\}([^\n]*[^\n{])?(?=\n|$)/.exec(rest) ?? end.exec(rest); // a `} | {` goes on
  return from + (closed?.index ?? 0) + (closed?.[0].length ?? rest.length);
}

function membersOf(declared: string): Member[] {
  const body = /\{\n(.*)\n\}/s.exec(declared)?.[1] ?? '';
  const members: Member[] = [];
  let comment = '';
  let lines: string[] = [];
  for (const line of body.split('\n')) {
    if (/^ {4}(\/\*\*| \*)/.test(line)) comment += `${line}\n`;
    else lines.push(line.slice(4));
    if (!/^ {4}\S.*[;]$|^ {4}\}.*;$/.test(line) || /^ {4}(\/\*\*| \*)/.test(line)) continue;
    const text = plain(lines.join('\n')).replace(/;$/, '');
    const last = members.at(-1);
    const name = nameOf(text);
    const isOverload = !comment && last && name !== undefined && nameOf(last.text) === name;
    if (isOverload) last.text += `\n${text}`;
    else if (!/^(#private|private |static (override )?readonly \[)/.test(text))
      members.push({ text, about: prose(comment) });
    comment = '';
    lines = [];
  }
  return members;
}

/** Of a method; undefined for a property. */
const nameOf = (text: string) => /^([\w[\].]+)[<(]/.exec(text)?.[1];

/** Without comments, and with two spaces for four. */
const plain = (text: string) =>
  text
    .replaceAll(/^ *\/\*\*(?:[^*]|\*(?!\/))*\*\/\n/gm, '')
    .replaceAll(/^( {4})+/gm, (spaces) => '  '.repeat(spaces.length / 4))
    .replace(/^export (declare )?/, '')
    .trim();

/** A docstring as Markdown. */
function prose(comment: string): string {
  const lines = comment.replaceAll(/^\s*\/\*\*\s?|\s*\*\/\s*$/g, '').split('\n');
  const text = lines
    .map((line) => line.replace(/^\s*\* ?/, ''))
    .join('\n')
    .trim();
  return text
    .replace(/^@param (\w+) /gm, '\n- `$1`: ')
    .replace(/^@returns /gm, '\n**Returns** ')
    .replace(/^@throws /gm, '\n**Throws** ')
    .replace(/^@example\n(?!```)((?:.*\n?)+)$/m, (_, code: string) => `\n\`\`\`ts\n${code.trim()}\n\`\`\``)
    .replace(/^@example\s+/gm, '\nExample:\n\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}
