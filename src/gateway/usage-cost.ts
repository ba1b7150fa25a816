import type { Buffer } from 'node:buffer';

/** The usage of an answer; in texts within the answer its quotes are escaped. */
const USAGE = /"usage"\s*:\s*\{/g;
const COST = /("cost"\s*:\s*)(?:-?\d[\d.eE+-]*|null)/;
const UPSTREAM_COSTS = /("upstream_inference\w*_cost"\s*:\s*)-?\d[\d.eE+-]*/g;

/**
 * The text of an answer, or of the last events of a stream, whose usage tells another cost; every other byte stays as the
 * provider wrote it. What the provider took is not told beside it.
 *
 * @param cost decimal text; null where nothing is to be told
 */
export function withCost(text: string, cost: string | null): string {
  const at = [...text.matchAll(USAGE)].at(-1)?.index;
  if (at === undefined) return text;
  const usage = text.slice(at).replace(COST, `$1${cost ?? 'null'}`);
  return text.slice(0, at) + usage.replace(UPSTREAM_COSTS, '$1null');
}

/** The same for bytes, which need not be UTF-8. */
export const bytesWithCost = (bytes: Buffer, cost: string | null): Buffer<ArrayBuffer> =>
  globalThis.Buffer.from(withCost(bytes.toString('latin1'), cost), 'latin1');
