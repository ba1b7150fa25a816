import type { Buffer } from 'node:buffer';

/** What the usage of an answer tells of costs, in place of what the provider said. */
export interface ToldCost {
  /** Decimal text; null where nothing is to be told. */
  cost: string | null;
  /** Whether what the provider took is told beside it: whoever pays the provider sees that. */
  tells_upstream: boolean;
}

const USAGE = '"usage"';
/** Objects that hold the usage in OpenAI's Responses, Anthropic's Messages and at Groq; elsewhere the answer itself does. */
const HOLDERS = new Set(['response', 'message', 'x_groq']);
const VALUE = String.raw`(?:-?\d[\d.eE+-]*|null|"[^"]*"|\{[^{}]*\})`;
const COST = new RegExp(String.raw`("cost"\s*:\s*)${VALUE}`);
/** Other costs, in parts and in other units, from which the one of the provider follows. */
const OTHER_COSTS = /("(?!cost")\w*cost\w*"\s*:\s*)(?:-?\d[\d.eE+-]*|"[^"]*")/g;
const MARKS = /["{}[\]]/g;

/** An answer in one piece whose usage tells another cost; every other byte stays as the provider wrote it. */
export function answerWithCost(text: string, told: ToldCost): string {
  let done = '';
  let from = 0;
  for (const [begin, end] of usagesIn(text)) {
    done += text.slice(from, begin) + usageWithCost(text.slice(begin, end), told);
    from = end;
  }
  return done + text.slice(from);
}

/** The same for bytes, which need not be UTF-8. */
export const bytesWithCost = (bytes: Buffer, told: ToldCost): Buffer<ArrayBuffer> =>
  globalThis.Buffer.from(answerWithCost(bytes.toString('latin1'), told), 'latin1');

/** Events of a stream, as whole lines: the last usage tells the cost; those that count along before it tell none. */
export function eventsWithCost(text: string, told: ToldCost): string {
  if (!text.includes(USAGE)) return text;
  const lines = text.split('\n');
  const last = lines.findLastIndex((line) => line.includes(USAGE) && usagesIn(line).length > 0);
  return lines
    .map((line, i) => (line.includes(USAGE) ? answerWithCost(line, i < last ? { ...told, cost: null } : told) : line))
    .join('\n');
}

function usageWithCost(usage: string, { cost, tells_upstream }: ToldCost): string {
  const told = usage.replace(COST, `$1${cost ?? 'null'}`);
  return tells_upstream ? told : told.replace(OTHER_COSTS, '$1null');
}

/** Where the usages of an answer begin and end; what models write, such as arguments of tools, holds none. */
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

/** Where a text in quotes ends. */
function endOfText(text: string, begin: number): number {
  for (let end = text.indexOf('"', begin + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text[end - 1 - escapes] === '\\') escapes += 1;
    if (escapes % 2 === 0) return end;
  }
  return text.length;
}
