/** How often a second one tenant may ask one service of the attacked mesh: low, so that the limit is soon reached. */
export const RATE_PER_SECOND = 50;
