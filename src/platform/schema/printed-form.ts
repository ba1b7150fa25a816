const STRING = `'(?:[^']|'')*'`;
const TYPE = String.raw`(?:character varying|bit varying|double precision|time(?:stamp)?(?:\(\d\))? with(?:out)? time zone|[\w."]+)(?:\(\d+(?:,\d+)?\))?(?:\[\])*`;

/** A string, which is kept, or a cast, which is removed. */
const STRING_OR_CAST = new RegExp(`(${STRING})|::${TYPE}`, 'g');
/** An operand that needs no parentheses: a string, a name, a number, an array. */
const ATOM_IN_PARENTHESES = new RegExp(`\\((${STRING}|[\\w."]+|ARRAY\\[[^\\]]*\\])\\)`, 'g');

/**
 * Normalises an expression or definition printed by PostgreSQL: removes casts and the parentheses around single
 * operands, which depend on how often it was parsed. `x IN ('a')` on a varchar is printed with other casts after a
 * restore.
 */
export function meaningOf(printed: string): string {
  let text = printed.replace(STRING_OR_CAST, (_all, string: string | undefined) => string ?? '').replace(/\s+/g, ' ');
  for (let before = ''; before !== text;) {
    before = text;
    text = text.replace(ATOM_IN_PARENTHESES, '$1');
  }
  return text;
}
