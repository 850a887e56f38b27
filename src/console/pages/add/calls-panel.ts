// The same call in four languages.

import { html } from 'hono/html';
import type { ConsoleAddress } from '../../address.ts';
import { cliCall } from '../../calls/cli-call.ts';
import { restCall } from '../../calls/rest-call.ts';
import { sqlCall } from '../../calls/sql-call.ts';
import type { PrintedCall, TaskCall } from '../../calls/task-call.ts';
import { typescriptCall } from '../../calls/typescript-call.ts';
import type { Html } from '../../html.ts';
import { source } from '../../parts/notes.ts';

export function callsPanel(call: TaskCall, address: ConsoleAddress, now: Date): Html {
  const panel = (id: string, title: string, { text, remark }: PrintedCall) =>
    html`<section class="panel" aria-labelledby="c-${id}"><header><h2 id="c-${id}">${title}</h2><span class="small dim">${remark}</span></header><div class="body">${source(title, text)}</div></section>`;
  return html`<div class="grid calls" id="calls" data-preview>${panel('sql', 'SQL', sqlCall(call))}${panel('ts', 'TypeScript', typescriptCall(call))}${panel('cli', 'Command line', cliCall(call, address))}${panel('rest', 'REST', restCall(call, address, now))}</div>`;
}
