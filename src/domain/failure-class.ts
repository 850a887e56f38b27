// Classes of failed attempts, for statistics, metrics and logs: few enough to compare, each with a remedy of its own.

export const FAILURE_CLASSES = [
  'client_error',
  'throttled',
  'server_error',
  'other_status',
  'no_answer',
  'unknown_target',
] as const;

/**
 * - client_error: the handler answered 400 to 499, except 429
 * - throttled: it answered 429
 * - server_error: it answered 500 to 599
 * - other_status: it answered anything else that is not success, such as a redirect, or the
 *   handler said that the failure is permanent
 * - no_answer: it was unreachable, cut off or too slow
 * - unknown_target: the task had no destination, so no request was sent
 */
export type FailureClass = (typeof FAILURE_CLASSES)[number];

/** @param status HTTP status of the response; 0: there was none */
export function failureClass({ status, reason }: { status: number; reason: string }): FailureClass {
  if (reason === 'Unknown Target') return 'unknown_target';
  if (status === 0) return 'no_answer';
  if (status === 429) return 'throttled';
  if (status >= 400 && status <= 499) return 'client_error';
  if (status >= 500 && status <= 599) return 'server_error';
  return 'other_status';
}
