// HTML as the console makes it.

import type { HtmlEscapedString } from 'hono/utils/html';

/** Escaped HTML, made by `html` of hono/html. Everything that is interpolated there is escaped. */
export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

/** Elements by their ids, each whole, with its id. */
export type Cells = ReadonlyMap<string, Html>;
