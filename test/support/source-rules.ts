// Rules about the source files. Each takes a file's path below src/ and its text, and returns sentences about its
// violations.

import path from 'node:path';
import { FILES_THAT_SHOW_SQL, LAYERS, LAYERS_WITH_OWN_QUERIES, LAYERS_WITH_SQL, type Layer } from './layers.ts';

/** A rule about one source file. */
export type SourceRule = (file: string, text: string) => string[];

/** Imports only go down the layers, and few layers use each package. */
export function importsGoDown(file: string, text: string, layers: Record<string, Layer> = LAYERS): string[] {
  const own = layerOf(file);
  if (own === undefined) return [];
  const allowed = layers[own];
  if (!allowed) return [`${file} is in the layer ${own}, which test/support/layers.ts does not list`];
  return importsOf(text).flatMap((imported) => {
    if (imported.startsWith('node:')) return [];
    if (!imported.startsWith('.')) {
      const name = packageOf(imported);
      return allowed.packages.includes(name) ? [] : [`${file} may not import package ${name}`];
    }
    const target = path.posix.join(path.posix.dirname(file), imported);
    const layer = layerOf(target);
    if (layer === own || (layer && allowed.layers.includes(layer)) || (allowed.entryPoints && isEntryPoint(target)))
      return [];
    return [`${file} may not import ${target}`];
  });
}

/** The entry points, which are the files in src/ itself, contain only `export … from`; main.ts is the command. */
export function entryPointsOnlyReexport(file: string, text: string): string[] {
  if (layerOf(file) !== undefined || file === 'main.ts') return [];
  const rest = withoutComments(text).replaceAll(/export\s+(type\s+)?(\*|\{[^}]*\})\s+from\s+'[^']+';?/g, '');
  return rest.trim() === '' ? [] : [`the entry point ${file} has more than export … from: ${firstLine(rest)}`];
}

/** The environment is read in one place for settings, in another for tests, and in one for an operator's `env:NAME`. */
export function environmentInOnePlace(file: string, text: string): string[] {
  const reads = /\bprocess\s*\.\s*env\b|\bprocess\s*\[\s*['"]env|\{[^}]*\benv\b[^}]*\}\s*=\s*process\b/.test(
    withoutComments(text),
  );
  const mayRead = ['server/config.ts', 'testing/database/test-server.ts', 'runtime/secret-source.ts'].includes(file);
  return reads && !mayRead ? [`${file} reads process.env, which belongs to server/config.ts`] : [];
}

/**
 * Files of the package are read by modules that the build replaces, so that applications can bundle it. Only `dev` and
 * tests, which run from the package, find PostgreSQL's binaries and the program that keeps it running from there.
 */
export function packageFilesAreEmbedded(file: string, text: string): string[] {
  if (file.endsWith('.embed.ts') || ['embedded/binaries.ts', 'embedded/keeper.ts'].includes(file)) return [];
  return /\bimport\.meta\b|\b__(dir|file)name\b/.test(withoutComments(text))
    ? [`${file} asks where it is, which belongs to a module *.embed.ts`]
    : [];
}

/** SQL stays in the layers below the client. */
export function sqlStaysBelow(file: string, text: string): string[] {
  if (LAYERS_WITH_SQL.includes(layerOf(file) ?? '') || FILES_THAT_SHOW_SQL.includes(file)) return [];
  return literalsOf(text)
    .filter((literal) => SQL.test(literal))
    .map(
      (literal) => `${file} holds SQL, which belongs to src/store, src/schema or migrations/: ${firstLine(literal)}`,
    );
}

/** Above the schema, only `run` of schema/call.ts runs SQL; what it runs, ORMs may hand over. */
export function callsGoThroughRun(file: string, text: string): string[] {
  if (['postgres', 'orms', 'schema', ...LAYERS_WITH_OWN_QUERIES].includes(layerOf(file) ?? '')) return [];
  return /\.query\((?!'|\)|name\b)/.test(withoutComments(text).replaceAll(/\breq\.query\(/g, ''))
    ? [`${file} runs a statement itself: use run() of schema/call.ts`]
    : [];
}

/** No file imports itself, directly or through others; returns each cycle once, as a path. */
export function importCycles(files: Map<string, string>): string[] {
  const imports = new Map(
    [...files].map(([file, text]) => [
      file,
      importsOf(text)
        .filter((imported) => imported.startsWith('.'))
        .map((imported) => path.posix.join(path.posix.dirname(file), imported)),
    ]),
  );
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (file: string, trail: string[]) => {
    if (trail.includes(file)) cycles.push([...trail.slice(trail.indexOf(file)), file].join(' -> '));
    if (done.has(file) || trail.includes(file)) return;
    for (const next of imports.get(file) ?? []) visit(next, [...trail, file]);
    done.add(file);
  };
  for (const file of files.keys()) visit(file, []);
  return cycles;
}

/** Comments, and SQL, are at most 120 columns wide; the formatter sees to code. */
export function proseFits(file: string, text: string): string[] {
  const sql = literalsOf(text).filter((literal) => SQL.test(literal) || literal.includes('operator(pg_catalog'));
  const lines = [
    ...text.split('\n').filter((line) => /^\s*(\/\/|\/?\*)/.test(line)),
    ...sql.flatMap((literal) => literal.split('\n')),
  ];
  return lines
    .filter((line) => line.length > 120)
    .map((line) => `${file} has a line of ${line.length}: ${line.trim()}`);
}

/** A file is one idea. */
export function filesAreShort(file: string, text: string): string[] {
  const lines = text.trimEnd().split('\n').length;
  return lines > 250 ? [`${file} has ${lines} lines: look for its second idea`] : [];
}

/** A name says what is inside. */
export function namesSaySomething(file: string): string[] {
  const vague = /(^|[/-])(utils?|helpers?|lib|common|misc|types)([/.-]|$)/.exec(file);
  return vague ? [`${file}: "${vague[2]}" says nothing about what is inside`] : [];
}

/** The modules that a file imports, including type and dynamic imports. */
export function importsOf(text: string): string[] {
  const code = withoutComments(text);
  const forms =
    /(?:^|[;\s}])(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]|\bimport(?:\s*\(\s*|\s+)['"]([^'"]+)['"]/g;
  return [...code.matchAll(forms)].map(([, named, bare]) => (named ?? bare) as string);
}

export const SQL = new RegExp(
  [
    String.raw`^\s*select\s+(.*\bfrom\b|[\w.]+\(|\d)`,
    String.raw`^\s*(insert\s+into|delete\s+from)\s+[\w."$]+(\s+(where|using|values|select|default)\b|\s*\(|\s*$)`,
    String.raw`^\s*update\s+[\w."$]+\s+set\b`,
    String.raw`^\s*with\s+\w+\s+as\s+(not\s+|materialized\s+)*\(`,
    String.raw`^\s*(create|alter|drop)\s+(or\s+replace\s+)?(temp\s+)?(table|schema|function|view|role|type|index|database)\s+[\w."$]+`,
    String.raw`^\s*(un)?listen\s+("?\w+"?|\*)\s*;?\s*$`,
    String.raw`^\s*notify\s+"?\w+"?\s*(,|;|$)`,
    String.raw`^\s*(begin|commit|rollback|start transaction)(\s+(isolation|transaction|to|work)\b.*)?;?\s*$`,
    String.raw`^\s*(savepoint|release)\s+\w+\s*;?\s*$`,
    String.raw`^\s*set\s+(local|session|role)\s+\w+`,
  ].join('|'),
  'is',
);

const TOKENS = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g;

export function literalsOf(text: string): string[] {
  return (text.match(TOKENS) ?? []).filter((token) => !token.startsWith('/')).map((token) => token.slice(1, -1));
}

function withoutComments(text: string): string {
  return text.replaceAll(TOKENS, (token) => (token.startsWith('/') ? ' ' : token));
}

/** The folder in src/; undefined for an entry point. */
function layerOf(file: string): string | undefined {
  return file.includes('/') ? file.split('/')[0] : undefined;
}

function packageOf(imported: string): string {
  return imported.split('/', imported.startsWith('@') ? 2 : 1).join('/');
}

const isEntryPoint = (target: string) => layerOf(target) === undefined && target !== 'main.ts';

const firstLine = (text: string) => text.trim().split('\n')[0] as string;
