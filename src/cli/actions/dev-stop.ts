// How `dev` stops.

/** How long it waits for deliveries under way, in seconds: who develops does not wait for long. */
export const DEV_STOP_SECONDS = 3;
