// How `dev` stops.

/** How long `dev` waits for running deliveries, in seconds: during development nobody wants to wait for long. */
export const DEV_STOP_SECONDS = 3;
