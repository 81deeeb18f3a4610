/**
 * Without the optional whitespace at both ends (RFC 9110: spaces and tabs only). A loop, since a regular expression for
 * trailing whitespace takes quadratic time for hostile input.
 */
export function trimOws(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isOws(text.charCodeAt(start))) start++;
  while (end > start && isOws(text.charCodeAt(end - 1))) end--;
  return end - start === text.length ? text : text.slice(start, end);
}

const isOws = (code: number) => code === 0x20 || code === 0x09;
