// A visitor of the console without a browser: keeps cookies as one does, and can send any header.

import { request as requestByHttp } from 'node:http';
import { request as requestByHttps } from 'node:https';

export interface Visit {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  /** The cookies that were set, as they were sent. */
  setCookies: string[];
}

export class Visitor {
  readonly cookies = new Map<string, string>();
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Visit> {
    return this.send('GET', path, headers);
  }

  /** Sends a form. */
  post(path: string, fields: Record<string, string> = {}, headers: Record<string, string> = {}): Promise<Visit> {
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    return this.send('POST', path, { ...type, ...headers }, new URLSearchParams(fields).toString());
  }

  async send(method: string, path: string, headers: Record<string, string>, body = ''): Promise<Visit> {
    const request = this.#url.startsWith('https:') ? requestByHttps : requestByHttp;
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const options = { method, headers: { ...(cookie && { cookie }), ...headers }, rejectUnauthorized: false };
    const visit = await new Promise<Visit>((resolve, reject) => {
      const sent = request(this.#url + path, options, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk) => (text += chunk));
        response.on('end', () => {
          const setCookies = response.headers['set-cookie'] ?? [];
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, setCookies });
        });
      });
      sent.on('error', reject).end(body);
    });
    for (const each of visit.setCookies) this.#keep(each);
    return visit;
  }

  #keep(setCookie: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(setCookie) ?? [];
    if (/max-age=0\b/i.test(setCookie)) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }

  /** Signs in. */
  signIn(token: string, next = ''): Promise<Visit> {
    return this.post('/console/login', { token, next });
  }
}

/** The token of a page's first form. */
export function formTokenIn({ text }: Visit): string {
  return /name="_token" value="([^"]+)"/.exec(text)?.[1] ?? '';
}
