// Routes of the console, as data. A GET answers with a page; a POST acts and leads to a page, so that the browser's
// reload repeats no act and everything works without JavaScript.

import type { Caller } from '../access/caller.ts';
import type { Right } from '../domain/rights.ts';
import type { Need, RequestContext } from '../http/route.ts';
import type { Executor } from '../postgres/executor.ts';
import type { ConsoleAddress } from './address.ts';
import type { Cells, Html } from './html.ts';
import type { Snapshot } from './live/snapshots.ts';
import type { SectionName } from './sections.ts';

/** A request as the pages see it. */
export interface ConsoleRequest {
  readonly context: RequestContext;
  readonly caller: Caller;
  readonly address: ConsoleAddress;
  /** The requested page, as links name it: `queues/mail?range=day`. A link to a place on it begins with it. */
  readonly here: string;
  /** Acts through it are audited under the caller's name. */
  readonly executor: Executor;
  /**
   * All queues as they are now, at most a second old: no more than a look into memory while a tab listens.
   *
   * @param queue a queue that exists: if it is younger than the snapshot, another one is taken
   */
  snapshot(queue?: string): Promise<Snapshot>;
  /** Must be in every form, as `formToken(request)` puts it there. */
  readonly formToken: string;
  /** A parameter of the path. */
  param(name: string): string;
  /** A parameter of the query; empty ones count as missing. */
  query(name: string): string | undefined;
  /** The fields of the form that was sent: the last value of each. */
  form(): Promise<FormFields>;
  /** @param queue undefined: on what belongs to no queue */
  may(right: Right, queue?: string): boolean;
}

export interface FormFields {
  /** The trimmed text of a field; undefined: it is missing or empty. */
  get(name: string): string | undefined;
  /** All values of a field, such as the ticked boxes of a name. */
  all(name: string): readonly string[];
}

/** A page inside the frame. */
export interface Page {
  title: string;
  /** Undefined: it belongs to none. */
  section: SectionName | undefined;
  body: Html;
  status?: 200 | 400 | 403 | 404 | 409 | 500 | 503;
}

/** The browser goes to another page. */
export interface GoTo {
  /** As links name it, such as `queues/mail`. */
  goTo: string;
  /** What was done in one sentence, such as `Paused mail.`; the page shows it. */
  note?: string;
}

/** An act was done. */
export type Done = Required<GoTo>;

export interface ConsoleRoute {
  method: 'GET' | 'POST';
  /** Below the console's own; `:queue` is checked against the caller's queues where `needs` says so. */
  path: string;
  needs: Need | 'known';
  answer: (request: ConsoleRequest) => Page | GoTo | Response | Promise<Page | GoTo | Response>;
  /**
   * The elements of the page that change while it is open. They are asked for at most once a second, for all tabs at
   * the same address, and those that differ are sent. Text after `data-age` and `data-relative` counts on in the
   * browser and is not compared. The elements of a `data-rows="prefix-"` are those whose ids begin so, in the
   * order of the map.
   */
  cells?: (request: ConsoleRequest) => Promise<Cells>;
}
