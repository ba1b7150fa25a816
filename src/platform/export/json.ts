import { type Sheet, wirePages } from './sheet.js';

/** One array of objects, an object a line. */
export async function* jsonOf(sheet: Sheet): AsyncGenerator<string> {
  let before = '[\n';
  for await (const page of wirePages(sheet)) {
    if (page.length === 0) continue;
    yield before + page.map((row) => JSON.stringify(row)).join(',\n');
    before = ',\n';
  }
  yield before === '[\n' ? '[]\n' : '\n]\n';
}
