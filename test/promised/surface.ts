// What programs and scripts rely on beside the schema (whose surface the baseline test compares): names that the command
// line, HTTP, the metrics, the errors and the entry points have. One line each.

import fs from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { EXIT } from '../../src/cli/exit-codes.ts';
import { buildProgram } from '../../src/cli/program.ts';
import { Waits } from '../../src/client/waits.ts';
import { errorTable } from '../../src/domain/error-table.ts';
import { RIGHTS } from '../../src/domain/rights.ts';
import { surfaces } from '../../src/http/app.ts';
import { BUILD_INFO, CELL_READY, FAMILIES } from '../../src/metrics/families.ts';
import type { Executor } from '../../src/postgres/executor.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { VARIABLES } from '../../src/server/variables.ts';
import { TaskTokens } from '../../src/task-tokens/task-tokens.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** The text of names.txt: what was promised, and what is new. */
export function promisedNames(): string {
  const promised = fs.readFileSync(path.join(ROOT, 'test/promised/names.txt'), 'utf8').trim().split('\n');
  return `${[...new Set([...promised, ...surface()])].sort().join('\n')}\n`;
}

/** All names, sorted. */
export function surface(): string[] {
  return [...commands(), ...exits(), ...routes(), ...metrics(), ...errors(), ...exported(), ...settings()].sort();
}

/** Each command without subcommands, with its words: `queues list`. */
export function leaves(command: Command = buildProgram(), words: readonly string[] = []): [string, Command][] {
  const visible = command.createHelp().visibleCommands(command);
  return command.commands
    .filter((sub) => visible.includes(sub))
    .flatMap((sub): [string, Command][] => {
      const inner = [...words, sub.name()];
      return sub.commands.length > 0 ? leaves(sub, inner) : [[inner.join(' '), sub]];
    });
}

function commands(): string[] {
  const program = buildProgram();
  const options = (of: Command) => of.options.filter(({ hidden }) => !hidden).map(({ flags }) => flags);
  return [
    ...options(program).map((flags) => `command line: pgtaskqueue ${flags}`),
    ...leaves(program).flatMap(([words, command]) => {
      const given = command.registeredArguments.map((one) => (one.required ? `<${one.name()}>` : `[${one.name()}]`));
      return [[words, ...given].join(' '), ...options(command).map((flags) => `${words} ${flags}`)].map(
        (line) => `command line: ${line}`,
      );
    }),
  ];
}

const exits = () => Object.entries(EXIT).map(([meaning, code]) => `exit code: ${code} ${meaning}`);

const settings = () => [
  ...Object.keys(VARIABLES).map((name) => `variable: ${name}`),
  ...RIGHTS.map((one) => `right: ${one}`),
];

/** Pages of the console are for people, and may change. */
function routes(): string[] {
  const executor: Executor = { query: async () => ({ rows: [] }) };
  const taskTokens = new TaskTokens(
    { issuer: 'https://issuer' },
    { load: async () => [], clock: systemClock, logger: silentLogger },
  );
  const parts = surfaces({
    ...{ executor, waits: new Waits(undefined), version: '1', taskTokens },
    metrics: { contentType: 'text/plain', text: async () => '' },
    emulator: { reset: async () => {}, advance: async () => new Date(0) },
    readiness: async () => undefined,
  });
  const all = parts.flatMap(({ prefix, routes }) => routes.map((one) => ({ ...one, path: prefix + one.path })));
  return all.filter(({ method }) => method !== 'ALL').map(({ method, path }) => `HTTP: ${method} ${path}`);
}

const metrics = () => [...FAMILIES, BUILD_INFO, CELL_READY].map(({ name, type }) => `metric: ${name} ${type}`);

const errors = () =>
  errorTable.map(({ sqlState, errorClass, httpStatus, exitCode }) => {
    return `error: ${errorClass.name} ${errorClass.code} ${sqlState ?? '-'} HTTP ${httpStatus} exit ${exitCode}`;
  });

/** From the reference, which is written from the declarations. */
function exported(): string[] {
  const page = fs.readFileSync(path.join(ROOT, 'docs/reference/typescript.md'), 'utf8');
  return page.split(/^## /m).flatMap((section) => {
    const [door = ''] = section.split('\n', 1);
    const names = [...section.matchAll(/^### (\w+)$/gm)].map(([, name]) => name).filter((name) => name !== 'Errors');
    const errors = [...(/^### Errors\n\n(.*)$/m.exec(section)?.[1] ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name);
    return door.startsWith('pgtaskqueue') ? [...names, ...errors].map((name) => `export: ${door} ${name}`) : [];
  });
}
