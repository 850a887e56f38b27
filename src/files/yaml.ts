// Reads the YAML of queue and cron files: mappings, lists and plain values, with their positions. All other features of
// YAML are rejected.

import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from 'yaml';
import type { ConfigNode, ConfigScalar, Position } from '../domain/config-file/config-node.ts';
import type { Problems } from '../domain/config-file/problems.ts';

// Queue files have four levels.
const DEEPEST = 16;

/** Reads a YAML file; undefined if it is invalid, which is reported. */
export function readYaml(text: string, problems: Problems): ConfigNode | undefined {
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, { lineCounter: lines, uniqueKeys: false, prettyErrors: false });
  const documents = 'empty' in parsed ? [] : parsed;
  const faults = documents.flatMap(({ errors, warnings }) => [...errors, ...warnings]);
  // One syntax error often causes several others, so only the first three are reported.
  for (const { pos, message } of faults.slice(0, 3)) problems.add(positionAt(lines, pos[0]), message);
  if (faults.length > 0) return undefined;
  const [document, second] = documents;
  if (second)
    return problems.add(
      positionAt(lines, second.range[0]),
      'the file must contain one document, got two: remove the line ---',
    );
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
    if (isAlias(node)) return this.#refuse(at, `aliases (*${node.source}) are not supported: write the value out`);
    if ('anchor' in node && node.anchor) this.#problems.add(at, `anchors (&${node.anchor}) are not supported`);
    if (node.tag) this.#problems.add(at, `tags (${node.tag}) are not supported`);
    if (depth > DEEPEST) return this.#refuse(at, `the file must nest at most ${DEEPEST} levels deep`);
    if (isSeq<Node>(node)) return { kind: 'list', at, items: node.items.map((item) => this.read(item, depth + 1)) };
    if (isMap<Node, Node | null>(node)) {
      const entries = node.items.map(({ key, value }) => {
        const place = positionAt(this.#lines, key.range?.[0] ?? 0);
        return { key: this.#key(key), at: place, value: value ? this.read(value, depth + 1) : nothing(place) };
      });
      return { kind: 'mapping', at, entries };
    }
    return isScalar(node) ? scalar(node.value, node.source ?? '', at) : this.#refuse(at, 'this is not supported here');
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
