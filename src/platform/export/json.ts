import { type Sheet, wirePages } from './sheet.js';

/** Generates one JSON array with one object per line. */
export async function* jsonOf(sheet: Sheet): AsyncGenerator<string> {
  let before = '[\n';
  for await (const page of wirePages(sheet)) {
    if (page.length === 0) continue;
    yield before + page.map((row) => JSON.stringify(row)).join(',\n');
    before = ',\n';
  }
  yield before === '[\n' ? '[]\n' : '\n]\n';
}
