// YAML as queue and cron files need it: mappings, lists and plain values, with their places. Everything else that YAML can do is refused.

import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from 'yaml';
import type { ConfigNode, ConfigScalar, Position } from '../domain/config-file/config-node.ts';
import type { Problems } from '../domain/config-file/problems.ts';

// A queue file has four levels.
const DEEPEST = 16;

/** Reads a YAML file; undefined when it is none, which is reported. */
export function readYaml(text: string, problems: Problems): ConfigNode | undefined {
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, { lineCounter: lines, uniqueKeys: false, prettyErrors: false });
  const documents = 'empty' in parsed ? [] : parsed;
  const faults = documents.flatMap(({ errors, warnings }) => [...errors, ...warnings]);
  // One mistake in the syntax often has a tail of others that nobody made.
  for (const { pos, message } of faults.slice(0, 3)) problems.add(positionAt(lines, pos[0]), message);
  if (faults.length > 0) return undefined;
  const [document, second] = documents;
  if (second)
    return problems.add(positionAt(lines, second.range[0]), 'the file holds two documents: take the line --- out');
  if (!document?.contents) return { kind: 'mapping', entries: [], at: { line: 1, column: 1 } };
  return new YamlReader(lines, problems).read(document.contents, 0);
}

class YamlReader {
  readonly #lines: LineCounter;
  readonly #problems: Problems;

  constructor(lines: LineCounter, problems: Problems) {
    this.#lines = lines;
    this.#problems = problems;
  }

  read(node: Node, depth: number): ConfigNode {
    const at = positionAt(this.#lines, node.range?.[0] ?? 0);
    if (isAlias(node)) return this.#refuse(at, `an alias (*${node.source}) has no place here: write the value out`);
    if ('anchor' in node && node.anchor) this.#problems.add(at, `an anchor (&${node.anchor}) has no place here`);
    if (node.tag) this.#problems.add(at, `a tag (${node.tag}) has no place here`);
    if (depth > DEEPEST) return this.#refuse(at, 'this is nested too deeply');
    if (isSeq<Node>(node)) return { kind: 'list', at, items: node.items.map((item) => this.read(item, depth + 1)) };
    if (isMap<Node, Node | null>(node)) {
      const entries = node.items.map(({ key, value }) => {
        const place = positionAt(this.#lines, key.range?.[0] ?? 0);
        return { key: this.#key(key), at: place, value: value ? this.read(value, depth + 1) : nothing(place) };
      });
      return { kind: 'mapping', at, entries };
    }
    return isScalar(node) ? scalar(node.value, node.source ?? '', at) : this.#refuse(at, 'this has no place here');
  }

  #key(key: Node): string {
    if (isScalar(key) && !key.tag && !key.anchor) return key.source ?? String(key.value);
    this.#problems.add(positionAt(this.#lines, key.range?.[0] ?? 0), 'a key is a plain word');
    return '';
  }

  #refuse(at: Position, message: string): ConfigNode {
    this.#problems.add(at, message);
    return nothing(at);
  }
}

function scalar(value: unknown, text: string, at: Position): ConfigScalar {
  if (typeof value === 'number') return { kind: 'scalar', type: 'number', text, at };
  if (typeof value === 'boolean') return { kind: 'scalar', type: 'boolean', text, at };
  if (value === null) return nothing(at);
  return { kind: 'scalar', type: 'text', text: String(value), at };
}

function nothing(at: Position): ConfigScalar {
  return { kind: 'scalar', type: 'null', text: '', at };
}

function positionAt(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}
