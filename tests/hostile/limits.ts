/** Requests per second of one tenant to one service of the attacked mesh; low, so that a test reaches the limit quickly. */
export const RATE_PER_SECOND = 50;
