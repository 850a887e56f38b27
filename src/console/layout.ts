// The frame of every page: the bar, the rail and the page itself.

import { html } from 'hono/html';
import type { Caller } from '../access/caller.ts';
import type { ConsoleAddress } from './address.ts';
import { assetPath } from './assets.ts';
import { cellsMenu, type ShownCell } from './cells-menu.ts';
import type { Cells, Html } from './html.ts';
import { railCount } from './live/rail.ts';
import { type IconName, icon } from './parts/icons.ts';
import { note } from './parts/notes.ts';
import { personMenu } from './person-menu.ts';
import type { Page } from './route.ts';
import { SECOND_GROUP, SECTIONS, type SectionName } from './sections.ts';

/** The database that the console shows. */
export interface Place {
  database: string;
  host: string;
}

export interface Frame {
  caller: Caller;
  place: Place;
  /** The cells that the caller may know of. */
  cells: readonly ShownCell[];
  address: ConsoleAddress;
  /** The page's own address, as links name it. */
  here: string;
  theme: Theme;
  /** What the last act did; undefined: nothing to tell. */
  note: string | undefined;
  formToken: string;
  /** The counts of the rail, as far as they are known. */
  rail: Cells;
}

export const THEMES = { auto: 'As the system', light: 'Light', dark: 'Dark' } as const;
export type Theme = keyof typeof THEMES;

export function renderPage(page: Page, frame: Frame): Html {
  return htmlDocument(
    { ...frame, title: page.title },
    html`<a class="skip" href="${frame.here}#main">Skip to content</a>
${bar(frame, page)}
<div class="shell">
${rail(page.section, frame.rail)}
<main id="main" tabindex="-1">
${frame.note === undefined ? '' : note({ tone: 'good', icon: 'fine', title: frame.note })}
${page.body}
</main>
</div>`,
  );
}

/** A page without the frame, for callers who are not known yet. */
export function bareDocument(given: DocumentHead, body: Html): Html {
  const brand = html`<header class="bar"><span class="brand">${mark}pgtaskqueue</span></header>`;
  return htmlDocument(given, html`${brand}${body}`);
}

interface DocumentHead {
  address: ConsoleAddress;
  title: string;
  theme: Theme;
  /** More elements of the head. */
  head?: Html;
}

function htmlDocument({ address, title, theme, head }: DocumentHead, body: Html): Html {
  return html`<!doctype html>
<html lang="en"${theme === 'auto' ? '' : html` data-theme="${theme}"`}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<base href="${address.home}">
${head ?? ''}
<title>${title} · pgtaskqueue</title>
<link rel="icon" type="image/svg+xml" href="${assetPath('icon.svg')}">
<link rel="stylesheet" href="${assetPath('console.css')}">
<script src="${assetPath('console.js')}" defer></script>
</head>
<body>
${body}
</body>
</html>`;
}

function bar({ caller, place, cells, here, theme, formToken }: Frame, { section, status }: Page): Html {
  const isLive = status === undefined; // the page of an error does not change while it is open
  return html`<header class="bar">
<a class="brand" href="queues" aria-label="pgtaskqueue, to the queues">${mark}<span class="hide-s">pgtaskqueue</span></a>
<p class="where"><span>database</span><b>${place.database}</b><span aria-hidden="true">·</span><span>${place.host}</span></p>
${cellsMenu(cells, section)}
<form class="find" role="search" action="find">${icon('find')}<input type="search" name="q" aria-label="Find a queue or a task" placeholder="Find a queue or task"><kbd aria-hidden="true">/</kbd></form>
<div class="bar-end">
${isLive ? html`<span class="live off" id="live" data-now="${Date.now()}"><a class="t plain" href="${here}">Reload</a></span>` : ''}
${themes(theme)}
${personMenu(caller, formToken)}
</div>
</header>`;
}

const mark = html`<svg viewBox="0 0 24 24" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"><path d="M3.5 7.5h17M5 7.5l1.6 11.7A2 2 0 0 0 8.6 21h6.8a2 2 0 0 0 2-1.8L19 7.5"/><path d="M6.2 14h11.6"/><path d="M12 2.2v2"/></svg>`;

const THEME_ICONS = { auto: 'system', light: 'light', dark: 'dark' } as const satisfies Record<Theme, IconName>;

function themes(chosen: Theme): Html {
  const choice = (theme: Theme) =>
    html`<input class="sr" type="radio" name="theme" value="${theme}" id="theme-${theme}" ${theme === chosen ? html`checked` : ''}><label for="theme-${theme}" title="${THEMES[theme]}">${icon(THEME_ICONS[theme])}<span class="sr">${THEMES[theme]}</span></label>`;
  return html`<fieldset class="themes"><legend class="sr">Theme</legend>${(Object.keys(THEMES) as Theme[]).map(choice)}</fieldset>`;
}

function rail(current: SectionName | undefined, counts: Cells): Html {
  const entry = (name: SectionName) =>
    html`${name === SECOND_GROUP ? html`<span class="gap"></span>` : ''}<a href="${SECTIONS[name].path}" ${name === current ? html`aria-current="page"` : ''}>${icon(SECTIONS[name].icon)}<span>${SECTIONS[name].title}</span>${counts.get(`rail-${name}`) ?? railCount(name, undefined)}</a>`;
  return html`<nav class="rail" aria-label="Console">${(Object.keys(SECTIONS) as SectionName[]).map(entry)}</nav>`;
}
