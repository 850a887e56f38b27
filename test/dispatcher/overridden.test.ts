import { expect, test } from 'vitest';
import { overridden } from '../../src/dispatcher/delivery/overridden.ts';
import type { HttpTarget, HttpTask } from '../../src/domain/http-task.ts';
import { aDispatch } from './a-dispatch.ts';

const URL = 'https://Example.com';
const oidc = { serviceAccountEmail: 'task@x.iam' };

function of(httpTarget: HttpTarget, http: HttpTask = { url: URL }) {
  const target = http.url === '' ? 'worker' : 'https://example.com';
  return overridden(aDispatch({ target, url: '/', headers: { 'X-A': '1', 'x-b': '2' }, http, httpTarget }));
}

test('nothing is changed without an override, nor for a native task', () => {
  const native = aDispatch({ httpTarget: { httpMethod: 'PUT' } });
  expect(overridden(native)).toBe(native);
  const without = aDispatch({ http: { url: URL } });
  expect(overridden(without)).toBe(without);
});

test('the URL that the task was given stays while it is the one that is called', () => {
  expect(of({ httpMethod: 'PUT' })).toMatchObject({ method: 'PUT', http: { url: URL }, target: 'https://example.com' });
  expect(of({ uriOverride: { host: 'h' } })).toMatchObject({
    http: { url: 'https://h/' },
    target: 'https://h',
    url: '/',
  });
});

test('without a host the override is of the target’s URL', () => {
  const uriOverride = { pathOverride: { path: '/p' }, port: '8080' };
  expect(of({ uriOverride }, { url: '' })).toMatchObject({ http: { url: '' }, target: 'worker', url: '/p' });
});

test('headers replace those of the same name, in any case', () => {
  const headerOverrides = [{ header: { key: 'x-a', value: '3' } }, { header: { key: 'X-C' } }, { header: {} }, {}];
  expect(of({ headerOverrides }).headers).toEqual({ 'x-a': '3', 'x-b': '2', 'X-C': '' });
});

test('the queue’s token replaces the task’s, of either kind', () => {
  const oidcToken = { serviceAccountEmail: 'queue@x.iam' };
  expect(of({ oidcToken }, { url: URL, oidc }).http).toEqual({ url: URL, oidc: oidcToken });
  expect(of({ oauthToken: oidcToken }, { url: URL, oidc }).http).toEqual({ url: URL, oauth: oidcToken });
  expect(of({ httpMethod: 'PUT' }, { url: URL, oidc }).http).toEqual({ url: URL, oidc });
});
