// The description of the REST API at `/openapi.json`.

import { openApiDocument } from '../cloud-tasks/openapi/document.ts';
import type { Route } from './route.ts';

/** `GET /openapi.json`. */
export function openApiRoute(version: string, base: string): Route {
  let text: string | undefined;
  return {
    method: 'GET',
    path: '/openapi.json',
    needs: 'known',
    answer: (context) => {
      text ??= JSON.stringify(openApiDocument(version, base));
      return context.body(text, 200, { 'content-type': 'application/json; charset=UTF-8' });
    },
  };
}
