// The settings file of the program: its environment variables, without their prefix and in lower case, and the
// databases that it serves as cells.

import { type ConfigNode, isEmpty, kindOfNode, type Position } from '../domain/config-file/config-node.ts';
import { Problems } from '../domain/config-file/problems.ts';
import { entriesOf, type Found } from '../domain/config-file/read-mapping.ts';
import { QueueConfigError } from '../domain/errors.ts';
import { configText } from './config-text.ts';
import { readYaml } from './yaml.ts';

/** A cell as the file has it. */
export interface CellEntry {
  name: string;
  /** `env:NAME`, `file:/path` or a connection string. */
  database: string;
}

/** What a settings file says. */
export interface SettingsFile {
  /** The settings by variable, such as `PGTASKQUEUE_PORT`. */
  settings: Record<string, string>;
  /** In the file's order; none: the program has one database, which is named elsewhere. */
  cells: CellEntry[];
  /** The cell of commands and paths that name none; undefined: the first one. */
  defaultCell: string | undefined;
}

const PREFIX = 'PGTASKQUEUE_';
const NAME = /^[a-z][a-z0-9-]{0,39}$/;
const CELL_NAME = '1 to 40 of a-z, 0-9 and -, and begin with a letter';
const DATABASE = /^(env:\w+|file:.+|postgres(ql)?:\/\/.*)$/;
const DATABASES = 'env:NAME, file:/path or a connection string such as postgresql://user@host/database';

/**
 * Reads a file such as `port: 8200`; a list becomes the variable's values separated by commas.
 *
 * @param content text, or bytes of UTF-8; at most 256 KB
 * @param known all variables of the program
 * @throws QueueConfigError with all problems and their lines
 * @example `parseSettingsFile('port: 8200\ncells: {eu: {database: env:EU_URL}}', 'serve.yaml', ['PGTASKQUEUE_PORT'])`
 */
export function parseSettingsFile(content: string | Uint8Array, file: string, known: readonly string[]): SettingsFile {
  const problems = new Problems();
  const written = configText(content, problems);
  const root = written === undefined ? undefined : readYaml(written, problems);
  if (!root) throw new QueueConfigError(file, problems.found);
  const names = known.map((variable) => variable.slice(PREFIX.length).toLowerCase());
  const found = entriesOf(root, [...names, 'cells', 'default_cell'], { label: 'the file' }, problems);
  const settings = names.flatMap((name) => {
    const value = found.has(name) ? settingIn(found.get(name)?.value as ConfigNode, name, problems) : undefined;
    return value === undefined ? [] : [[PREFIX + name.toUpperCase(), value] as const];
  });
  const cells = cellsIn(found.get('cells')?.value, problems);
  const defaultCell = defaultIn(found.get('default_cell'), cells, problems);
  if (problems.found.length > 0) throw new QueueConfigError(file, problems.found);
  return { settings: Object.fromEntries(settings), cells, defaultCell };
}

function settingIn(node: ConfigNode, name: string, problems: Problems): string | undefined {
  const texts = (node.kind === 'list' ? node.items : [node]).map((one) =>
    one.kind === 'scalar' ? one.text : undefined,
  );
  if (!texts.includes(undefined)) return texts.join(',');
  return problems.add(node.at, `${name} must be a value or a list of values`, { key: name });
}

function defaultIn(found: Found | undefined, cells: readonly CellEntry[], problems: Problems): string | undefined {
  if (!found) return undefined;
  const names = cells.map(({ name }) => name);
  if (found.value.kind === 'scalar' && names.includes(found.value.text)) return found.value.text;
  const among = names.length > 0 ? `the cells ${names.join(', ')}` : 'the cells, of which there are none';
  return problems.add(found.at, `default_cell must be one of ${among}, got ${kindOfNode(found.value)}`);
}

/** Two names for one database would count its tasks in flight twice, so they are refused where they show here. */
function cellsIn(node: ConfigNode | undefined, problems: Problems): CellEntry[] {
  if (node === undefined) return [];
  if (node.kind !== 'mapping' || node.entries.length === 0) {
    problems.add(node.at, `cells must be a mapping from names to databases, got ${kindOfNode(node)}`, { key: 'cells' });
    return [];
  }
  const cells: CellEntry[] = [];
  for (const { key: name, at, value } of node.entries) {
    const refuse = (message: string) => problems.add(at, message, { entry: name });
    if (!NAME.test(name)) refuse(`the name of a cell must be ${CELL_NAME}, got '${name}'`);
    if (cells.some((other) => other.name === name)) refuse(`two cells are named ${name}`);
    const database = databaseIn(value, at, name, problems);
    const same = cells.find((other) => database !== undefined && other.database === database);
    if (same) refuse(`cells ${same.name} and ${name} have the same database`);
    cells.push({ name, database: database ?? '' });
  }
  return cells;
}

/** What is wrong with it is not shown: it may contain a password. */
function databaseIn(node: ConfigNode, at: Position, cell: string, problems: Problems): string | undefined {
  const whose = { label: `cell ${cell}`, entry: cell };
  const database = entriesOf(node, ['database'], whose, problems).get('database');
  if (database?.value.kind === 'scalar' && DATABASE.test(database.value.text)) return database.value.text;
  if (database) return problems.add(database.at, `${whose.label}: database must be ${DATABASES}`, whose);
  return node.kind === 'mapping' || isEmpty(node)
    ? problems.add(at, `${whose.label} has no database`, whose)
    : undefined;
}
