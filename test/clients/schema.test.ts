// Our descriptors against Google's: every field that both know has the same number and the same type.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type DescEnum, type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import { describe, expect, it, test } from 'vitest';
import { operations } from '../../src/cloud-tasks/operations.ts';
import { REGISTRY } from '../../src/cloud-tasks/registry.ts';
import { BadRequest, ErrorInfo, Help, Status } from '../../src/cloud-tasks/schema/rpc.ts';

interface Theirs {
  nested?: Record<string, Theirs>;
  fields?: Record<string, { id: number; type: string; rule?: string; keyType?: string }>;
  values?: Record<string, number>;
}

const modules = path.resolve(import.meta.dirname, 'node_modules');
const read = (name: string): Theirs => JSON.parse(readFileSync(path.join(modules, name), 'utf8'));
const files = ['tasks7/build/protos/protos.json', 'tasks7/node_modules/google-gax/build/protos/iam_service.json'];
const known = files.map((name) => {
  try {
    return read(name);
  } catch {
    return {};
  }
});

/** What the newest client does not have in v2 yet, it has in v2beta3. */
function find(typeName: string): Theirs | undefined {
  for (const name of [typeName, typeName.replace('.v2.', '.v2beta3.')]) {
    for (const root of known) {
      let at: Theirs | undefined = root;
      for (const part of name.split('.')) at = at?.nested?.[part];
      if (at) return at;
    }
  }
  return undefined;
}

const SCALARS: Partial<Record<ScalarType, string>> = {
  [ScalarType.STRING]: 'string',
  [ScalarType.BYTES]: 'bytes',
  [ScalarType.BOOL]: 'bool',
  [ScalarType.INT32]: 'int32',
  [ScalarType.INT64]: 'int64',
  [ScalarType.DOUBLE]: 'double',
};

const typeOf = ({ message, enum: choice, scalar }: DescField) =>
  (message ?? choice)?.name ?? SCALARS[scalar as ScalarType];

function everyType(): { messages: DescMessage[]; enums: DescEnum[] } {
  const messages = new Set<DescMessage>();
  const enums = new Set<DescEnum>();
  const visit = (type: DescMessage) => {
    if (messages.has(type)) return;
    messages.add(type);
    for (const field of type.fields) {
      if (field.message) visit(field.message);
      if (field.enum) enums.add(field.enum);
    }
  };
  for (const { request, response } of operations) [request, response].forEach(visit);
  for (const type of REGISTRY) if (type.kind === 'message') visit(type);
  [Status, Help, BadRequest, ErrorInfo].forEach(visit);
  return { messages: [...messages], enums: [...enums] };
}

const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const { messages, enums } = everyType();

function methodsOf(version: string): string[] {
  const service = find(`google.cloud.tasks.${version}.CloudTasks`) as { methods?: object } | undefined;
  return Object.keys(service?.methods ?? {}).sort();
}

test('the methods of each version are those of the newest client, and BufferTask', () => {
  for (const version of ['v2beta2', 'v2beta3']) {
    const service = `google.cloud.tasks.${version}.CloudTasks`;
    const names = operations.filter((one) => one.service === service).map(({ name }) => name);
    expect(names.filter((name) => name !== 'BufferTask').sort()).toEqual(methodsOf(version));
  }
});

describe('messages', () => {
  it('are known to the newest client', () => {
    const missing = messages.filter(({ typeName }) => !find(typeName)).map(({ typeName }) => typeName);
    const own = missing.filter((name) => name.startsWith('google.cloud.tasks.'));
    expect(own.sort()).toEqual(
      ['v2', 'v2beta2', 'v2beta3'].flatMap((version) => [
        `google.cloud.tasks.${version}.BufferTaskRequest`,
        `google.cloud.tasks.${version}.BufferTaskResponse`,
      ]),
    );
  });

  it.each(messages.filter(({ typeName }) => find(typeName)).map((type) => [type.typeName, type] as const))(
    '%s',
    (typeName, type) => {
      const theirs = find(typeName)?.fields ?? {};
      for (const field of type.fields) {
        const its = theirs[field.name] ?? theirs[field.jsonName];
        if (!its && /^google\.cloud\.tasks\.v2\.(Queue|Task)$/.test(typeName)) continue; // newer than the client
        expect(its, `${typeName}.${field.name}`).toBeDefined();
        expect([field.number, typeOf(field)], `${typeName}.${field.name}`).toEqual([
          its?.id,
          its?.type.split('.').at(-1),
        ]);
        expect(field.fieldKind === 'list').toBe(its?.rule === 'repeated');
        expect(field.fieldKind === 'map').toBe(its?.keyType !== undefined);
      }
      const ours = type.fields.map(({ name }) => name);
      if (typeName.startsWith('google.cloud.tasks.'))
        expect(ours).toEqual(expect.arrayContaining(Object.keys(theirs).map(snakeCase)));
    },
  );

  it.each(enums.filter(({ typeName }) => find(typeName)).map((type) => [type.typeName, type] as const))(
    '%s',
    (typeName, type) => {
      const ours = Object.fromEntries(type.values.map(({ name, number }) => [name, number]));
      expect(ours).toEqual(find(typeName)?.values);
    },
  );
});
