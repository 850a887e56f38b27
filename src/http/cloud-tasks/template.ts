// Paths of google.api.http: `/v2/{name=projects/*/locations/*/queues/*}:pause`. A star is one segment.

/** A path that requests are matched with. */
export interface PathTemplate {
  /** For the router. */
  pattern: string;
  /** Whether it names a queue. */
  hasQueue: boolean;
  /** Returns the fields that a request's path names; undefined: it is not of this template, or badly encoded. */
  read(pathname: string): Record<string, string> | undefined;
}

const PIECE = /\{([a-z_.]+)=([^}]+)\}/g;
/** A segment at the end has no colon: what follows one is a verb. */
const LAST_STAR = /\*(?=[^/*]*$)/;

/**
 * @example
 * pathTemplate('/v1/{name=projects/*}/locations').read('/v1/projects/p/locations') // { name: 'projects/p' }
 */
export function pathTemplate(template: string): PathTemplate {
  const fields: string[] = [];
  const source = template.replace(PIECE, (_, field: string, path: string) => {
    fields.push(field);
    return `(${path})`;
  });
  const expression = new RegExp(
    `^${source.replace(LAST_STAR, '[^/:]+').replaceAll('*', '[^/]+').replaceAll('.', '\\.')}$`,
  );
  return {
    pattern: patternOf(template),
    hasQueue: template.includes('/queues/*'),
    read: (pathname) => {
      const values = expression.exec(pathname)?.slice(1).map(decoded);
      if (!values || values.includes(undefined)) return undefined;
      return Object.fromEntries(fields.map((field, i) => [field, values[i] as string]));
    },
  };
}

/**
 * A parameter is named after the collection before it. A segment with a verb is given as an expression, because a colon
 * begins a parameter.
 */
function patternOf(template: string): string {
  const segments = template.replace(PIECE, '$2').split('/').slice(1);
  return segments
    .map((segment, i) => {
      const before = segments[i - 1] ?? '';
      const name = before === '*' ? ':verb' : `:${before.replace(/s$/, '')}`;
      if (segment === '*') return i === segments.length - 1 ? `/${name}{[^/:]+}` : `/${name}`;
      return segment.includes(':') ? `/${name}{${segment.replace('*', '[^/:]+')}}` : `/${segment}`;
    })
    .join('');
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
