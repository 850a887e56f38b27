import { describe, expect, test } from 'vitest';
import { denialOf, THIS_MACHINE, TOKEN_OF_SERVER } from '../../src/access/caller.ts';
import { credentialIn } from '../../src/access/credential.ts';
import { identify, refusalOf } from '../../src/access/identify.ts';
import { isOwnName } from '../../src/access/loopback.ts';

const HOLDER = { id: '3f2a', email: 'ada@example.com', scopes: [], rights: ['read'], queues: ['*'] };
const lookUp = async (token: string) => (token === 'tq_ada' ? HOLDER : undefined);
const guarded = { token: 'root', bind: '127.0.0.1', lookUp };
const open = { token: undefined, bind: '127.0.0.1', lookUp };
const local = { credential: undefined, peer: '127.0.0.1', host: 'localhost:8123' };

describe('a credential', () => {
  test.each([
    ['Bearer abc', undefined, 'abc'],
    ['bearer   abc', 'key', 'abc'],
    [undefined, 'key', 'key'],
    [undefined, undefined, undefined],
    ['Basic abc', undefined, ''],
    ['Bearer two words', 'key', ''],
    ['', 'key', ''],
    [undefined, 'two words', ''],
    [undefined, '', ''],
  ])('%j and the key %j: %j', (authorization, apiKey, expected) => {
    expect(credentialIn(authorization, apiKey)).toBe(expected);
  });
});

describe('a caller', () => {
  test('with the server’s token, or one from the database', async () => {
    expect(await identify({ ...local, credential: 'root' }, guarded)).toBe(TOKEN_OF_SERVER);
    const ada = await identify({ ...local, credential: 'tq_ada', peer: '192.0.2.1' }, guarded);
    expect(ada?.principal).toBe('ada@example.com (token 3f2a)');
  });

  test('without one is this machine, if the server has no token', async () => {
    expect(await identify(local, open)).toBe(THIS_MACHINE);
    expect(await identify({ ...local, credential: 'owner' }, open)).toBe(THIS_MACHINE);
    expect(await identify(local, guarded)).toBeUndefined();
  });

  test.each(['localhost', '127.0.0.2', '::1', '[::1]'])('of a server on %s may be this machine', async (bind) => {
    expect(await identify({ ...local, credential: 'owner' }, { ...open, bind })).toBe(THIS_MACHINE);
  });

  test.each(['0.0.0.0', '::', '192.0.2.1', 'example.com', '', undefined])(
    'of a server on %s needs a token',
    async (bind) => {
      const reachable = { ...open, bind };
      expect(await identify(local, reachable)).toBeUndefined();
      expect(refusalOf(local, reachable).problem).toBe('unauthenticated');
      await expect(identify({ ...local, credential: 'owner' }, reachable)).rejects.toMatchObject({
        problem: 'unauthenticated',
      });
      const ada = await identify({ ...local, credential: 'tq_ada' }, reachable);
      expect(ada?.principal).toBe('ada@example.com (token 3f2a)');
    },
  );

  test.each([
    [{ ...local, peer: '192.0.2.1' }, open],
    [{ ...local, host: 'rebound.example' }, open],
    [local, guarded],
  ])('that says `owner` needs all of: this machine, one of its names, no token (%#)', async (presented, authority) => {
    await expect(identify({ ...presented, credential: 'owner' }, authority)).rejects.toMatchObject({
      problem: 'unauthenticated',
    });
  });

  test('with an invalid one is rejected everywhere', async () => {
    for (const authority of [guarded, open])
      for (const credential of ['', 'tq_eve'])
        await expect(identify({ ...local, credential }, authority)).rejects.toMatchObject({
          problem: 'unauthenticated',
        });
  });

  test.each([
    [{ ...local, peer: '192.0.2.1' }, 'unauthenticated'],
    [{ ...local, peer: undefined }, 'unauthenticated'],
    [{ ...local, host: 'rebound.example' }, 'misdirected'],
    [{ ...local, host: '' }, 'misdirected'],
  ])('from elsewhere, or by another name, is not this machine: %j', async (presented, problem) => {
    expect(await identify(presented, open)).toBeUndefined();
    expect(refusalOf(presented, open).problem).toBe(problem);
  });

  test('without the right is denied, and told which', () => {
    expect(denialOf('admin', 'mail')).toMatchObject({
      problem: 'denied',
      message: 'this credential does not have the right admin on queue mail',
    });
    expect(denialOf('admin').message).toBe('this credential does not have the right admin');
  });
});

test.each([
  ['localhost', true],
  ['LOCALHOST:1', true],
  ['127.9.9.9:8123', true],
  ['[::1]:8123', true],
  ['::1', false],
  ['localhost.evil.example', false],
  ['127.0.0.1.evil.example', false],
])('%s is one of this machine’s own names: %s', (host, expected) => {
  expect(isOwnName(host)).toBe(expected);
});
