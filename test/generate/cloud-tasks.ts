// The reference of Cloud Tasks, written from the table of operations.

import type { Operation } from '../../src/cloud-tasks/operation.ts';
import { operations } from '../../src/cloud-tasks/operations.ts';

const VERSION = /^(?:\/|google\.cloud\.tasks\.)(v2(?:beta\d)?)(?=[./])/;

/** The text of docs/reference/cloud-tasks.md. */
export function cloudTasksReference(): string {
  return `# Cloud Tasks

Written from the source by \`npm run generate\`.

The operations that a server offers, over gRPC by their names and over REST by their paths; a star is one segment, and \`VERSION\` is one of
those that have the operation. The right is one of [those of tokens](../operate/http.md#rights), needed on the queue that the request names,
or on all queues if it names none. Lists show only what the caller may read. \`responseView: FULL\` needs \`payload\` too. \`/openapi.json\`
describes the messages.

| operation | versions | over REST | needs |
|---|---|---|---|
${rows().join('\n')}
`;
}

/** An operation that several versions have is one row. */
function rows(): string[] {
  const versions = new Map<string, Set<string>>();
  for (const operation of operations) {
    const [start, end] = columnsOf(operation);
    const seen = versions.get(`${start}\n${end}`) ?? new Set();
    for (const version of versionsOf(operation)) seen.add(version);
    versions.set(`${start}\n${end}`, seen);
  }
  return [...versions].map(([columns, seen]) =>
    columns
      .split('\n')
      .toSpliced(1, 0, ` ${[...seen].join(', ')} |`)
      .join(''),
  );
}

function columnsOf({ service, name, verb, paths, right }: Operation): [string, string] {
  const shown = new Set(paths.map((path) => `\`${verb} ${path.replace(VERSION, '/VERSION')}\``));
  const needs = right ? `\`${right}\`` : 'a valid credential';
  return [`| \`${service.split('.').at(-1)}.${name}\` |`, ` ${[...shown].join('<br>')} | ${needs} |`];
}

function versionsOf({ paths }: Operation): string[] {
  return paths.flatMap((path) => VERSION.exec(path)?.[1] ?? []);
}
