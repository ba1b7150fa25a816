/** Deeper than any real document, and shallow enough for recursive code. */
const DEPTH_MAX = 100;
/** Each value takes about 50 bytes of memory, however short its text. */
const VALUES_MAX = 500_000;

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Returns why a JSON text would need too much memory or stack once parsed: nested too deeply, or too many values.
 * Returns null if it would not. It does not check that the text is valid JSON.
 */
export function shapeFault(text: string): string | null {
  let [depth, values] = [0, 1];
  for (let at = 0; at < text.length; at += 1) {
    const c = text.charCodeAt(at);
    if (c === QUOTE) at = endOfString(text, at);
    else if (c === OPEN_LIST || c === OPEN_OBJECT) {
      depth += 1;
      values += 1;
      if (depth > DEPTH_MAX) return `is nested deeper than ${DEPTH_MAX} levels`;
    } else if (c === CLOSE_LIST || c === CLOSE_OBJECT) depth -= 1;
    else if (c === COMMA) values += 1;
    if (values > VALUES_MAX) return `contains more than ${VALUES_MAX} values`;
  }
  return null;
}

/** Returns the index of the closing quote of the string that starts at `start`. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return end;
  }
  return text.length;
}
