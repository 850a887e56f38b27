import { expect, test } from 'vitest';
import { tokenCommand } from '../../src/server/token-command.ts';

const get = (command: string) => tokenCommand(command, { PATH: process.env.PATH ?? '' })('sa@x.iam', 'a b');

test('it is told account and scope, and prints a token', async () => {
  expect(await get('echo "$OAUTH_ACCOUNT:$OAUTH_SCOPE" | tr "@ :" "..-"')).toEqual({
    token: 'sa.x.iam-a.b',
    seconds: 60,
  });
});

test('or JSON, which says how long it is valid', async () => {
  expect(await get(`echo '{"access_token": "ya29.x", "expires_in": 3599, "token_type": "Bearer"}'`)).toEqual({
    token: 'ya29.x',
    seconds: 3599,
  });
});

test.each(['true', 'echo a b', `echo '{"access_token": "x"}'`, `echo '{"token": "x", "expires_in": 1}'`, `echo '{'`])(
  '%s: no token',
  async (command) => {
    await expect(get(command)).rejects.toThrow(
      'the OAuth token command must print a token, or JSON with access_token and expires_in',
    );
  },
);

test('it sees no other variables, and its failure is told with its last words', async () => {
  await expect(get('echo one >&2; echo "two $HOME" >&2; exit 3')).rejects.toThrow(
    new Error('the OAuth token command failed: exit code 3: two'),
  );
  await expect(get('exit 4')).rejects.toThrow(new Error('the OAuth token command failed: exit code 4'));
});
