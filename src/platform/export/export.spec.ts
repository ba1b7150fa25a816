import { describe, expect, it } from '@jest/globals';
import { buffer, text } from 'node:stream/consumers';
import { ApiProperty } from '@nestjs/swagger';
import fc from 'fast-check';
import { strFromU8, unzipSync } from 'fflate';
import { parseCsv } from 'hucre/csv';
import { readXlsx } from 'hucre/xlsx';
import { withoutFormula } from './csv.js';
import { exportOf } from './export.js';
import type { ExportFormat, Pages } from './sheet.js';

class LineView {
  @ApiProperty({ type: 'string' })
  id!: string;

  @ApiProperty({ type: 'string', format: 'decimal' })
  amount!: string;

  @ApiProperty({ type: 'integer' })
  tokens!: number;

  @ApiProperty({ type: 'boolean' })
  is_free!: boolean;

  @ApiProperty({ type: 'string', nullable: true })
  note!: string | null;

  @ApiProperty({ type: 'object', additionalProperties: true })
  metadata!: Record<string, unknown>;

  @ApiProperty({ type: 'string', format: 'date-time' })
  created_at!: Date;
}

const LINE = {
  id: 'a',
  amount: '-2.5000000001',
  tokens: 12,
  is_free: false,
  note: 'plain',
  secret: 'never shown',
  metadata: { order: 'A-17' },
  created_at: new Date('2026-11-21T09:30:00.125Z'),
};
const NAMES = ['id', 'amount', 'tokens', 'is_free', 'note', 'metadata', 'created_at'];

async function* pagesOf(...pages: object[][]): AsyncGenerator<object[]> {
  yield* pages;
}

const exported = (format: ExportFormat, pages: Pages, excel = false) =>
  exportOf({ view: LineView, pages }, { format, excel });
const csv = async (...pages: object[][]): Promise<string[][]> =>
  parseCsv(await text(exported('csv', pagesOf(...pages)))) as string[][];

describe('an exported csv', () => {
  it('has a header line with the JSON names and one line per row', async () => {
    expect(await csv([LINE], [{ ...LINE, id: 'b', note: null }])).toEqual([
      NAMES,
      ['a', '-2.5000000001', '12', 'false', 'plain', '{"order":"A-17"}', '2026-11-21T09:30:00.125Z'],
      ['b', '-2.5000000001', '12', 'false', '', '{"order":"A-17"}', '2026-11-21T09:30:00.125Z'],
    ]);
  });

  it('is only a header line if there are no rows', async () => {
    expect(await text(exported('csv', pagesOf([])))).toBe(`${NAMES.join(',')}\r\n`);
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t1', '\r1', '\uFF1D1'])('neutralises the formula %j', async (note) => {
    expect((await csv([{ ...LINE, note }]))[1]?.[4]).toBe(`'${note}`);
  });

  it.each([
    ['a;=1+1;b', "a;'=1+1;b"],
    ['\t=1', "'\t'=1"],
    ['a; \t@SUM(A1)', "a; \t'@SUM(A1)"],
    ['a|"+cmd', `a|"'+cmd`],
    ['" =1', `" '=1`],
    ['a;\uFF0D1+x', "a;'\uFF0D1+x"],
    ['a = b; -5, and 1-2', 'a = b; -5, and 1-2'],
  ])('neutralises formulas in %j, regardless of separator or quote', (text, safe) => {
    expect(withoutFormula(text)).toBe(safe);
  });

  it('has no cell that starts a formula, for readers with any separator', async () => {
    const nasty = fc.array(fc.constantFrom(...'=+-@;,|\t\n"a1 \uFF1D'.split('')), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(nasty, nasty, async (note, value) => {
        const row = { ...LINE, note: note.join(''), metadata: { order: value.join(''), n: [1, -2.5] } };
        const file = await text(exported('csv', pagesOf([row])));
        const cells = file.split(/[;,|\t\r\n]/).map((cell) => cell.replace(/^[\s"]+/, '').replace(/["\s\]}]+$/, ''));
        const isNumber = (cell: string): boolean => /^[-+\uFF0B\uFF0D]\d+(\.\d+)?$/.test(cell);
        expect(
          cells.filter((cell) => /^[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]/.test(cell) && !isNumber(cell.split('"')[0]!)),
        ).toEqual([]);
      }),
    );
  });

  it.each(['\n', ' ', '"', ',', '+1'])('is generated in linear time for a text of many %j', (part) => {
    const start = performance.now();
    withoutFormula(part.repeat(100_000));
    expect(performance.now() - start).toBeLessThan(1_000);
  });

  it('keeps metadata JSON', async () => {
    const metadata = { list: [-1, -2.5], text: 'x;=1', deep: { minus: -3 } };
    const [, row] = await csv([{ ...LINE, metadata }]);
    expect(JSON.parse(row![5]!)).toEqual({ ...metadata, text: "x;'=1" });
  });

  it('opens in Excel by double click if it was made for Excel', async () => {
    const plain = await text(exported('csv', pagesOf([LINE])));
    const bytes = await buffer(exported('csv', pagesOf([LINE]), true));
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    expect(bytes.subarray(3).toString()).toBe(`sep=,\r\n${plain}`);
  });

  it('leaves negative amounts as numbers', async () => {
    expect((await csv([LINE]))[1]?.[1]).toBe('-2.5000000001');
  });

  it('preserves every text, except for the apostrophe before a formula', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (note) => {
        expect((await csv([{ ...LINE, note }]))[1]?.[4]).toBe(withoutFormula(note));
      }),
    );
  });
});

describe('an exported json', () => {
  it('is one array of the JSON objects', async () => {
    const rows = JSON.parse(await text(exported('json', pagesOf([LINE], [], [{ ...LINE, id: 'b' }])))) as object[];
    const { secret: _secret, ...shown } = LINE;
    expect(rows).toEqual([
      { ...shown, created_at: '2026-11-21T09:30:00.125Z' },
      { ...shown, id: 'b', created_at: '2026-11-21T09:30:00.125Z' },
    ]);
  });

  it('is an empty array if there are no rows', async () => {
    expect(JSON.parse(await text(exported('json', pagesOf([]))))).toEqual([]);
  });
});

describe('an exported workbook', () => {
  it('contains numbers that a spreadsheet can add up, and text that is not run as formulas', async () => {
    const file = await buffer(exported('xlsx', pagesOf([{ ...LINE, note: '=1+1' }])));
    const { sheets } = await readXlsx(new Uint8Array(file));
    expect(sheets[0]?.name).toBe('export');
    expect(sheets[0]?.rows).toEqual([
      NAMES,
      ['a', -2.5000000001, 12, false, '=1+1', '{"order":"A-17"}', LINE.created_at],
    ]);
  });
});

describe('texts and amounts of an exported workbook', () => {
  const cellsOf = async (row: object): Promise<unknown[]> => {
    const file = await buffer(exported('xlsx', pagesOf([row])));
    const { sheets } = await readXlsx(new Uint8Array(file));
    return sheets[0]?.rows[1] ?? [];
  };

  it.each(['_x0041_ literal', '__x000D_x000A_', '_x005F_x0041_', 'a_xyz_'])('keep %j as it is', async (note) => {
    const file = await buffer(exported('xlsx', pagesOf([{ ...LINE, note }])));
    const sheet = strFromU8(unzipSync(new Uint8Array(file))['xl/worksheets/sheet1.xml']!);
    const stored = /<t[^>]*>([^<]*)<\/t>/g;
    const texts = [...sheet.matchAll(stored)].map(([, content]) =>
      content!.replace(/_x([0-9A-Fa-f]{4})_/g, (_escape, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    );
    expect(texts).toContain(note);
  });

  it.each([
    ['10000004.1234567', 10000004.1234567],
    ['10000004.1234567891', '10000004.1234567891'],
    ['-0.0000000001', -0.0000000001],
    ['9999999999.999999', '9999999999.999999'],
    ['9999999999.900000', 9999999999.9],
  ])('represent %s exactly', async (given, cell) => {
    expect((await cellsOf({ ...LINE, amount: given }))[1]).toBe(cell);
  });
});

describe('an exported text', () => {
  it('has one line per row, regardless of the texts, and states the number of rows', async () => {
    const lines = (await text(exported('txt', pagesOf([{ ...LINE, note: 'two\nlines\u001B[2J' }])))).split('\n');
    expect(lines).toHaveLength(5);
    expect(lines[0]?.split(/ +/)).toEqual(NAMES);
    expect(lines[1]).toContain('two lines [2J');
    expect(lines[3]).toBe('1 row');
  });
});

describe.each(['csv', 'json', 'xlsx', 'txt'] as const)('the stream of a %s', (format) => {
  it('requests no more pages than its reader consumes, and ends them when it is destroyed', async () => {
    let asked = 0;
    const ending = Promise.withResolvers<null>();
    const endless = (async function* () {
      try {
        for (;;) {
          asked += 1;
          yield Array.from({ length: 1_000 }, () => LINE);
        }
      } finally {
        ending.resolve(null);
      }
    })();
    const stream = exported(format, endless);
    const ended = new Promise((resolve) => stream.once('close', resolve));
    const reader = stream[Symbol.asyncIterator]();
    while (asked === 0) await reader.next();
    stream.destroy();
    await Promise.all([ended, ending.promise]);
    expect(asked).toBeLessThan(20);
  });

  it('fails when a page does', async () => {
    const broken = (async function* (): AsyncGenerator<object[]> {
      yield [LINE];
      throw new Error('the database went away');
    })();
    await expect(buffer(exported(format, broken))).rejects.toThrow('the database went away');
  });
});
