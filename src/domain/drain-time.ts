// When the due tasks of a queue will be gone, if everything goes on as now.

/** How tasks come and go. */
export interface TaskFlow {
  /** Tasks that are due. Those for later are not waited for. */
  due: number;
  /** Tasks that end, a second. */
  leaving: number;
  /** By how much the number of tasks grows a second; negative: it falls; undefined: unknown. */
  growth: number | undefined;
}

/** A queue that is this many seconds from empty keeps up, whatever its number of tasks does at the moment. */
const KEEPS_UP_SECONDS = 10;
/** Less of the rate than this is left for the backlog: noise. */
const LEAST_SHARE = 0.02;

/**
 * The seconds until the tasks that are due are gone, at the present rate less arrivals. 0: none is due; Infinity:
 * never.
 *
 * @example drainSeconds({ due: 600, leaving: 5, growth: -2 })  // 300: five go, and three come
 */
export function drainSeconds({ due, leaving, growth }: TaskFlow): number {
  if (due <= 0) return 0;
  if (leaving <= 0) return Infinity;
  const alone = due / leaving;
  if (alone < KEEPS_UP_SECONDS || growth === undefined) return alone;
  const arriving = Math.max(0, leaving + growth);
  const net = leaving - arriving;
  return net < leaving * LEAST_SHARE ? Infinity : due / net;
}

/** What limits the rate of a queue. */
export interface RateLimits {
  /** Tasks a second. */
  rate: number;
  slots: number;
  /** How long an attempt takes; undefined: unknown. */
  seconds: number | undefined;
}

/** The rate at which slots limit a queue, whatever its own rate; Infinity: not known. */
export function slotRate({ slots, seconds }: Omit<RateLimits, 'rate'>): number {
  return seconds === undefined || seconds <= 0 ? Infinity : slots / seconds;
}

/** The rate that limits allow, in tasks a second. */
export function allowedRate(limits: RateLimits): number {
  return Math.min(limits.rate, slotRate(limits));
}
