// What tests do with an emulator: begin again, and let time pass. Only programs on this machine can, whatever token
// others have.

import { isLoopbackAddress } from '../access/loopback.ts';
import { HttpError } from './http-error.ts';
import type { RequestContext, Route } from './route.ts';

/** Acts on a database that holds nothing but tests' tasks. */
export interface EmulatorControls {
  /** Removes all tasks, dead ones too, and forgets the names of tasks and of deleted queues. */
  reset(): Promise<void>;
  /** Moves the database's clock forward; returns its time. */
  advance(seconds: number): Promise<Date>;
}

/** Ten years. */
const MOST_SECONDS = 315_360_000;

/** `POST /reset`; `GET /clock`; `POST /clock` with `{"advanceSeconds": 3600}`. */
export function emulatorRoutes(controls: EmulatorControls): Route[] {
  const route = (
    method: 'GET' | 'POST',
    path: string,
    answer: (context: RequestContext) => Promise<object>,
  ): Route => ({
    ...{ method, path, needs: { right: 'admin' } },
    answer: async (context) => {
      requireThisMachine(context);
      return context.json(await answer(context));
    },
  });
  return [
    route('POST', '/reset', async () => {
      await controls.reset();
      return {};
    }),
    route('GET', '/clock', async () => ({ now: await controls.advance(0) })),
    route('POST', '/clock', async (context) => ({ now: await controls.advance(await secondsIn(context)) })),
  ];
}

function requireThisMachine({ env }: RequestContext): void {
  if (!isLoopbackAddress(env?.peer))
    throw new HttpError(421, 'only programs on this machine may reset the server or move its clock');
}

async function secondsIn({ req }: RequestContext): Promise<number> {
  const seconds: unknown = await req.json().then(
    (body) => body?.advanceSeconds,
    () => undefined,
  );
  if (typeof seconds === 'number' && seconds >= 0 && seconds <= MOST_SECONDS) return seconds;
  throw new HttpError(
    400,
    `advanceSeconds must be a number from 0 to ${MOST_SECONDS}, got ${JSON.stringify(seconds)?.slice(0, 80) ?? 'none'}`,
  );
}
