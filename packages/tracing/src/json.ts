/** The value that a text from outside stands for; undefined where it is no JSON, which no reader here minds. */
export function parsedOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
