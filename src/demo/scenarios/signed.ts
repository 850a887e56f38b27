import { generateSecret } from '../../domain/signing/signing-key.ts';
import { type RawRequest, verifyTaskRequest } from '../../handler.ts';
import type { Received } from '../recorder.ts';
import { type Scenario, SIGNED_TARGET } from '../scenario.ts';

const PATH = '/tasks/signed';

/** A handler can tell a task from a forged request. */
export const signed: Scenario = {
  title: 'A task proves where it comes from',
  async run({ queues, handler, secret, transcript }) {
    const task = { url: PATH, json: { order: 42 }, target: SIGNED_TARGET, namespace: 'acme' };
    const { name } = await queues.add(task);
    const [received] = await handler.wait(PATH);
    const request = requestOf(received);

    const proven = await verifyTaskRequest(request, { secrets: secret });
    transcript.check('the secret proves that the request is the task', proven.name, name);
    transcript.check('and proves its namespace', proven.namespace, 'acme');
    const refused = async (changed: RawRequest, secrets = secret) =>
      verifyTaskRequest(changed, { secrets }).then(
        () => 'accepted',
        (error) => error.code,
      );
    transcript.check('with another secret it is rejected', await refused(request, generateSecret()), 'mismatch');
    const { headers } = request;
    transcript.check('a changed body is rejected', await refused({ ...request, body: '{"order":43}' }), 'mismatch');
    transcript.check(
      'a changed queue is rejected',
      await refused({ ...request, headers: { ...headers, 'x-appengine-queuename': 'vip' } }),
      'mismatch',
    );
    transcript.check(
      'a request without a signature is rejected',
      await refused({ ...request, headers: { ...headers, 'taskqueue-signature': undefined } }),
      'missing',
    );
  },
};

function requestOf(received: Received | undefined) {
  if (!received) throw new Error('the task did not arrive');
  const { method, path, headers, body } = received;
  return { method, url: path, headers: Object.fromEntries(headers), body };
}
