// Signing in with a token, and signing out.

import { html } from 'hono/html';
import { AccessError } from '../access/access-error.ts';
import { isOwnName } from '../access/loopback.ts';
import { presentedIn } from '../http/presented.ts';
import type { RequestContext, Route } from '../http/route.ts';
import type { ConsoleAddress } from './address.ts';
import type { Html } from './html.ts';
import { bareDocument } from './layout.ts';
import { nextPage } from './next-page.ts';
import { icon } from './parts/icons.ts';
import { note } from './parts/notes.ts';
import { sendPage, takeNote, themeOf } from './respond.ts';
import type { ConsoleRoute } from './route.ts';
import type { Sessions } from './sessions.ts';

/** A token has at most 67 characters, the server's own may have more. */
const MOST_BYTES = 16_384;

export interface SignInOptions {
  sessions: Sessions;
  /** Whether browsers reach the console by https. */
  secure: boolean;
  address: ConsoleAddress;
}

export function signInRoutes({ sessions, secure, address }: SignInOptions): Route[] {
  const shared = { path: '/login', needs: 'known', takesBytes: true, maxBodyBytes: MOST_BYTES } as const;
  return [
    {
      ...{ ...shared, method: 'GET', page: true },
      answer: (context) => {
        const next = nextPage(context.req.query('next'), address);
        return context.get('caller') ? context.redirect(next, 303) : askForToken(context, { address, next, secure });
      },
    },
    { ...shared, method: 'POST', answer: (context) => signIn(context, { sessions, secure, address }) },
  ];
}

export function signOutRoute(sessions: Sessions): ConsoleRoute {
  return {
    ...{ method: 'POST', path: '/logout', needs: 'known' },
    answer: async ({ context }) => {
      await sessions.close(context);
      return { goTo: 'login', note: 'You are signed out.' };
    },
  };
}

async function signIn(context: RequestContext, { sessions, secure, address }: SignInOptions): Promise<Response> {
  const sent = new URLSearchParams(await context.req.text());
  const next = nextPage(sent.get('next') ?? undefined, address);
  const token = sent.get('token')?.trim() ?? '';
  const askAgain = (status: 400 | 401 | 403, problem?: string) =>
    askForToken(context, { address, next, secure, status, problem });
  if (!isPrivate(context, secure)) return askAgain(403);
  if (token === '') return askAgain(400, 'Type or paste a token.');
  try {
    await sessions.open(context, token);
    return context.redirect(next, 303);
  } catch (error) {
    if (!(error instanceof AccessError)) throw error;
    return askAgain(401, 'This token does not work: it is unknown, revoked or expired.');
  }
}

export interface Asked {
  address: ConsoleAddress;
  /** Where signing in leads. */
  next: string;
  secure: boolean;
  status?: 200 | 400 | 401 | 403;
  /** Why the last try failed. */
  problem?: string | undefined;
}

/** The page that asks for a token. Where others could read it on its way, the page says how to reach the console. */
export function askForToken(
  context: RequestContext,
  { address, next, secure, status = 200, problem }: Asked,
): Response | Promise<Response> {
  const told = takeNote(context, address);
  const body = html`<main class="door">${told === undefined ? '' : note({ tone: 'good', icon: 'fine', title: told })}
${isPrivate(context, secure) ? tokenForm(address, next, problem) : howToReach(address, context)}</main>`;
  return sendPage(context, bareDocument({ address, title: 'Sign in', theme: themeOf(context) }, body), status);
}

function tokenForm(address: ConsoleAddress, next: string, problem: string | undefined): Html {
  return html`<form class="panel form" method="post" action="login">
<h1>Sign in</h1>
<input type="hidden" name="next" value="${next}">
<div class="field"><label for="token">Token</label>
<input id="token" name="token" type="password" autocomplete="current-password" spellcheck="false" required autofocus ${problem === undefined ? '' : html`aria-invalid="true" aria-describedby="problem"`}>
${problem === undefined ? '' : html`<p class="hint bad" id="problem" role="alert">${icon('warning')}${problem}</p>`}</div>
<button class="btn main" type="submit">Sign in</button>
<p class="small dim">A token says who you are and what you may do. An administrator makes one:</p>
<pre class="src" tabindex="0" aria-label="Command that makes a token">${address.command('tokens create you@example.com')} \\
  --right read payload enqueue operate</pre>
</form>`;
}

function howToReach(address: ConsoleAddress, { req }: RequestContext): Html {
  const port = new URL(req.url).port || '80';
  return html`<section class="panel body"><h1>Signing in needs https</h1>
<p>Over http your token would cross the network for all to read. One of these helps:</p>
<ul class="ways">
<li>Give the server a certificate: <code>PGTASKQUEUE_TLS_CERT</code> and <code>PGTASKQUEUE_TLS_KEY</code>.</li>
<li>If a proxy in front of it speaks https, name its address: <code>PGTASKQUEUE_PUBLIC_URL=https://tasks.example.com</code>, and open the console there.</li>
<li>Open it on the server’s own machine, or through <code>ssh -L ${port}:localhost:${port}</code>: <code>http://localhost:${port}${address.cookiePath}</code>.</li>
</ul></section>`;
}

/** Whether nobody can read the token on its way. Browsers say in Origin how a form was sent, even through a proxy. */
function isPrivate(context: RequestContext, secure: boolean): boolean {
  const [, scheme, host = ''] = /^(https?):\/\/(.+)$/i.exec(context.req.header('origin') ?? '') ?? [];
  if (scheme === 'http') return isOwnName(host);
  return secure || isOwnName(presentedIn(context, false).host);
}
