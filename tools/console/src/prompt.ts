/**
 * The longest prompt, in characters: as much as rest-api takes. It stands apart from the schemas of messages.ts, with which
 * zod would come into the page.
 */
export const MAX_PROMPT_LENGTH = 8_000;
