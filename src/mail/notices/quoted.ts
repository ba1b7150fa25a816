const LENGTH_MAX = 100;
/** Control characters, and invisible ones that reorder or hide text. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;
/** Where mail clients would find a link: after a dot, a colon or an at sign between two visible characters. */
const LINKED = /(?<=\S[.:@])(?=[^\s\d])/g;
const BREAK = '\u200B';

/**
 * Returns a text that somebody chose (a name, a code, a reason) as a notice can quote it: on one line, not too long, and
 * without anything that a mail client would turn into a link.
 */
export function quoted(text: string): string {
  const line = text.replace(INVISIBLE, ' ').replace(/\s+/g, ' ').trim();
  const characters = [...line];
  const short = characters.length > LENGTH_MAX ? `${characters.slice(0, LENGTH_MAX - 1).join('')}…` : line;
  return short.replace(LINKED, BREAK);
}
