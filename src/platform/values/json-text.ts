/** Parses JSON; null if the text is not JSON. */
export function parsedOrNull(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null; // not JSON, as documented
  }
}
