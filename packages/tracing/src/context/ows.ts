/**
 * Without the optional whitespace (RFC 9110: spaces and tabs, nothing else) at both ends. A loop and no pattern: one that
 * looks for whitespace before an end takes time quadratic in what a hostile peer sends.
 */
export function trimOws(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isOws(text.charCodeAt(start))) start++;
  while (end > start && isOws(text.charCodeAt(end - 1))) end--;
  return end - start === text.length ? text : text.slice(start, end);
}

const isOws = (code: number) => code === 0x20 || code === 0x09;
