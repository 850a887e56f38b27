// The person at the end of the bar, with a menu: zone of times, keys, signing out.

import { html } from 'hono/html';
import type { Caller } from '../access/caller.ts';
import type { Html } from './html.ts';
import { FORM_TOKEN } from './parts/forms.ts';
import { icon } from './parts/icons.ts';
import { isolated } from './parts/text.ts';
import { isSignedIn } from './sessions.ts';

export function personMenu(caller: Caller, formToken: string): Html {
  const name = isolated(caller.account?.email ?? caller.principal);
  return html`<details class="menu person"><summary class="btn bare small" title="Times, keys${isSignedIn(caller) ? ', sign out' : ''}">${icon('person')}<span class="hide-s">${name} · ${roleOf(caller)}</span></summary>
<div class="dialog"><p><b>${name}</b><br><span class="dim">${roleOf(caller)}${scopeOf(caller)}</span></p>
${times}
<p><a href="keys" data-dialog>Keys</a> <kbd aria-hidden="true">?</kbd></p>
${isSignedIn(caller) ? signOut(formToken) : ''}</div></details>`;
}

/** Without scripts all times are in UTC. */
const times = html`<fieldset class="field" data-times hidden><legend class="small">Times</legend>
<label class="check"><input type="radio" name="times" value="local"> <span data-zone>here</span></label>
<label class="check"><input type="radio" name="times" value="utc"> UTC</label></fieldset>`;

function signOut(formToken: string): Html {
  return html`<form method="post" action="logout"><input type="hidden" name="${FORM_TOKEN}" value="${formToken}"><button class="btn" type="submit">Sign out</button></form>`;
}

/** The role of a caller in one word: what it may do at most, on any queue. */
function roleOf({ grant }: Caller): 'admin' | 'operator' | 'viewer' {
  if (grant.rights.includes('admin')) return 'admin';
  return grant.rights.includes('operate') ? 'operator' : 'viewer';
}

function scopeOf({ grant }: Caller): string {
  return grant.queues.includes('*') ? '' : ` of ${grant.queues.join(', ')}`;
}
