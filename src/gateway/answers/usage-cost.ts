import type { Buffer } from 'node:buffer';

/** The cost that the usage of an answer shows instead of the provider's. */
export interface AnswerCost {
  /** Decimal text; null to hide the cost. */
  cost: string | null;
  /** Whether the provider's other cost fields stay visible, as for users who pay the provider themselves. */
  tells_upstream: boolean;
}

const USAGE = '"usage"';
/**
 * Members that contain the usage in OpenAI's Responses, Anthropic's Messages and Groq's answers; elsewhere it is at the
 * top level.
 */
const HOLDERS = new Set(['response', 'message', 'x_groq']);
const VALUE = String.raw`(?:-?\d[\d.eE+-]*|null|"[^"]*"|\{[^{}]*\})`;
const COST = new RegExp(String.raw`("cost"\s*:\s*)${VALUE}`);
/** Other cost fields, partial or in other units, from which the provider's cost could be derived. */
const OTHER_COSTS = /("(?!cost")\w*cost\w*"\s*:\s*)(?:-?\d[\d.eE+-]*|"[^"]*")/g;
const MARKS = /["{}[\]]/g;

/** Replaces the cost in the usage of an unstreamed answer; all other bytes stay unchanged. */
export function answerWithCost(text: string, reported: AnswerCost): string {
  let done = '';
  let from = 0;
  for (const [begin, end] of usagesIn(text)) {
    done += text.slice(from, begin) + usageWithCost(text.slice(begin, end), reported);
    from = end;
  }
  return done + text.slice(from);
}

/** Does the same for bytes, which need not be valid UTF-8. */
export const bytesWithCost = (bytes: Buffer, reported: AnswerCost): Buffer<ArrayBuffer> =>
  globalThis.Buffer.from(answerWithCost(bytes.toString('latin1'), reported), 'latin1');

/**
 * Replaces the cost in stream events, passed as complete lines. The last usage shows the cost; interim usages show
 * none.
 */
export function eventsWithCost(text: string, reported: AnswerCost): string {
  if (!text.includes(USAGE)) return text;
  const lines = text.split('\n');
  const last = lines.findLastIndex((line) => line.includes(USAGE) && usagesIn(line).length > 0);
  return lines
    .map((line, i) =>
      line.includes(USAGE) ? answerWithCost(line, i < last ? { ...reported, cost: null } : reported) : line,
    )
    .join('\n');
}

function usageWithCost(usage: string, { cost, tells_upstream }: AnswerCost): string {
  const replaced = usage.replace(COST, `$1${cost ?? 'null'}`);
  return tells_upstream ? replaced : replaced.replace(OTHER_COSTS, '$1null');
}

/** Returns the positions of the usages in an answer. Strings, such as generated tool arguments, are skipped. */
function usagesIn(text: string): [begin: number, end: number][] {
  const found: [number, number][] = [];
  const path: string[] = [];
  let name = '';
  let begin = 0;
  MARKS.lastIndex = 0;
  for (let mark = MARKS.exec(text); mark; mark = MARKS.exec(text)) {
    const { index } = mark;
    if (mark[0] === '"') {
      const end = endOfText(text, index);
      name = text.slice(index + 1, end);
      MARKS.lastIndex = end + 1;
    } else if (mark[0] === '{' || mark[0] === '[') {
      path.push(mark[0] === '{' ? name : `${name}[]`);
      if (isUsage(path)) begin = index;
      name = '';
    } else {
      if (isUsage(path)) found.push([begin, index + 1]);
      path.pop();
    }
  }
  return found;
}

function isUsage(path: readonly string[]): boolean {
  if (path.at(-1) !== 'usage') return false;
  const [, holder = ''] = path;
  return (
    path.length === 2 || (path.length === 3 && HOLDERS.has(holder)) || (path.length === 4 && holder === 'choices[]')
  );
}

/** Returns the position of the closing quote of a string. */
function endOfText(text: string, begin: number): number {
  for (let end = text.indexOf('"', begin + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text[end - 1 - escapes] === '\\') escapes += 1;
    if (escapes % 2 === 0) return end;
  }
  return text.length;
}
