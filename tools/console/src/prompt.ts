/** The longest prompt in characters, the limit of rest-api. Not in messages.ts, which would add zod to the page. */
export const MAX_PROMPT_LENGTH = 8_000;
