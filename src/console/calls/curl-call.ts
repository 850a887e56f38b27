// The request of a push task as curl sends it to its handler.

import { shellWord } from '../../domain/shell-word.ts';
import type { TaskCall } from './task-call.ts';

/** @param url whole */
export function curlCall(call: TaskCall, url: string): string {
  const { headers = {}, method = 'POST', payload, bytes } = call;
  const input = bytes ? `printf %s ${shellWord(Buffer.from(bytes).toString('base64'))} | base64 -d | ` : '';
  const parts = [
    `${input}curl -X ${shellWord(method)} ${shellWord(url)}`,
    ...Object.entries(headers).map(([name, value]) => `-H ${shellWord(`${name}: ${value}`)}`),
    ...(payload === undefined ? [] : [`--data-raw ${shellWord(payload)}`]),
    ...(bytes ? ['--data-binary @-'] : []),
  ];
  return parts.join(' \\\n  ');
}
