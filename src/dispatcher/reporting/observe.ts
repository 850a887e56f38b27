// How metrics and traces read a dispatcher, beside its public interface.

import { type Dispatcher, stagesOf } from '../dispatcher.ts';
import type { DispatchSubscriber } from '../events.ts';
import type { LedQueueFigures } from '../leadership/led-queues.ts';

/** Subscribes to a dispatcher's events; returns a function that reads the figures of the queues it leads. */
export function observeDispatcher(dispatcher: Dispatcher, subscriber: DispatchSubscriber): () => LedQueueFigures[] {
  const { events, ledQueues } = stagesOf(dispatcher);
  events.subscribe(subscriber);
  return () => ledQueues.figures();
}
