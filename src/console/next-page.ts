// The page that was asked for before signing in. It comes from the address, where anybody may have put it.

const START = '/console/queues';

/**
 * A path below the console's, in its normal form; for anything else the first page.
 *
 * @example nextPage('/console/tasks?queue=mail')   // the same
 * @example nextPage('//example.com/console')       // '/console/queues'
 */
export function nextPage(asked: string | undefined): string {
  const url = asked?.startsWith('/console/') ? URL.parse(asked, 'http://here.invalid') : null;
  if (url?.host !== 'here.invalid' || !/^\/console\/(?!log(in|out)$)/.test(url.pathname)) return START;
  return url.pathname + url.search;
}
