// The reference of Cloud Tasks, written from the table of operations.

import { operations } from '../../src/cloud-tasks/operations.ts';

/** The text of docs/reference/cloud-tasks.md. */
export function cloudTasksReference(): string {
  const rows = operations.map(({ service, name, verb, paths, right }) => {
    const where = paths.map((path) => `\`${verb} ${path}\``).join('<br>');
    return `| \`${service.split('.').at(-1)}.${name}\` | ${where} | ${right ? `\`${right}\`` : 'a valid credential'} |`;
  });
  return `# Cloud Tasks v2

Written from the source by \`npm run generate\`.

The operations that a server offers, over gRPC by their names and over REST by their paths; a star is one segment. The right is one of
[those of tokens](../operate/http.md#rights), needed on the queue that the request names, or on all queues if it names none. Lists
show only what the caller may read. \`responseView: FULL\` needs \`payload\` too. \`/openapi.json\` describes the messages.

| operation | over REST | needs |
|---|---|---|
${rows.join('\n')}
`;
}
