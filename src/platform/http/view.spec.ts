import { describe, expect, it } from '@jest/globals';
import { ApiProperty, ApiPropertyOptional, IntersectionType, OmitType, PickType } from '@nestjs/swagger';
import fc from 'fast-check';
import { Prisma } from '../../generated/prisma/client.js';
import { amount, units } from '../values/amount.js';
import { addToView, propertiesOf, toWire } from './view.js';

class Row {
  @ApiProperty({ type: 'string', format: 'uuid' })
  id!: string;

  @ApiProperty({ type: 'string', format: 'decimal' })
  amount!: string;

  @ApiProperty({ type: 'string', format: 'decimal', nullable: true })
  cap!: string | null;

  @ApiProperty({ type: 'string', format: 'date-time' })
  created_at!: Date;

  @ApiProperty({ type: 'integer' })
  count!: number;

  @ApiProperty({ type: 'object', additionalProperties: true })
  metadata!: Record<string, unknown>;

  password!: string;
}

class Nested {
  @ApiProperty({ type: Row })
  row!: Row;

  @ApiPropertyOptional({ type: () => [Row] })
  rows?: Row[];

  @ApiPropertyOptional({ type: Row, isArray: true })
  more?: Row[];

  @ApiPropertyOptional({ type: 'array', items: { type: 'string', format: 'decimal' } })
  amounts?: string[];

  @ApiPropertyOptional({ type: [String] })
  words?: string[];
}

const row = {
  id: 'x',
  amount: '2.5000000000',
  cap: null,
  created_at: new Date(0),
  count: 3,
  metadata: { any: { thing: 1 } },
  password: 'secret',
};
const wire = {
  id: 'x',
  amount: '2.500000',
  cap: null,
  created_at: '1970-01-01T00:00:00.000Z',
  count: 3,
  metadata: { any: { thing: 1 } },
};

describe('a view', () => {
  it('lets nothing through that it does not document', () => {
    expect(toWire(Row, row)).toEqual(wire);
    expect(toWire(PickType(Row, ['id']), row)).toEqual({ id: 'x' });
    expect(Object.keys(toWire(OmitType(Row, ['metadata', 'count']), row))).toEqual([
      'id',
      'amount',
      'cap',
      'created_at',
    ]);
  });

  it('knows inherited and intersected properties', () => {
    class Wider extends OmitType(Row, ['metadata']) {
      @ApiProperty({ type: 'string', format: 'decimal' })
      available!: string;
    }
    const Both = IntersectionType(PickType(Row, ['id']), PickType(Row, ['amount']));
    expect(propertiesOf(Wider)).toEqual(['id', 'amount', 'cap', 'created_at', 'count', 'available']);
    expect(toWire(Wider, { ...row, available: '1' })).toMatchObject({ id: 'x', available: '1.000000' });
    expect(toWire(Both, row)).toEqual({ id: 'x', amount: '2.500000' });
  });

  it('goes into nested views and lists of them', () => {
    const value = { row, rows: [row], more: [], amounts: ['1', '0.0000000531'], words: ['a'] };
    expect(toWire(Nested, value)).toEqual({
      row: wire,
      rows: [wire],
      more: [],
      amounts: ['1.000000', '0.0000000531'],
      words: ['a'],
    });
  });

  it('keeps null and leaves out what is undefined', () => {
    expect(toWire(Row, null)).toBeNull();
    expect(JSON.stringify(toWire(Nested, { row: null, rows: undefined }))).toBe('{"row":null}');
  });

  it('refuses a reference without its class, through which everything would pass', () => {
    class Referring {
      @ApiProperty({ nullable: true, allOf: [{ $ref: '#/components/schemas/Inner' }] })
      inner!: object;
    }
    expect(() => toWire(Referring, { inner: { secret: 'x' } })).toThrow('Referring.inner must name its class as type');
  });

  it('refuses a class that documents nothing', () => {
    class Empty {}
    expect(() => toWire(Empty, {})).toThrow(TypeError);
  });
});

describe('a property added to a view', () => {
  class Line {
    @ApiProperty({ type: 'integer' })
    count!: number;
  }
  class Bill {
    @ApiProperty({ type: 'string', format: 'decimal' })
    price!: string;

    @ApiProperty({ type: [Line] })
    lines!: Line[];
  }
  class Made extends PickType(Bill, ['price'] as const) {}
  addToView(Bill, 'cost', { type: 'string', format: 'decimal' }, ({ price }) => price);
  addToView(Line, 'cost', { type: 'string', format: 'decimal' }, ({ count }, { price }: Bill) =>
    amount(units(price) * BigInt(count)),
  );

  it('follows from what is shown, and from what that is a member of', () => {
    expect(toWire(Bill, { price: '1.5', lines: [{ count: 2 }, { count: 0 }] })).toEqual({
      price: '1.500000',
      cost: '1.500000',
      lines: [
        { count: 2, cost: '3.000000' },
        { count: 0, cost: '0.000000' },
      ],
    });
  });

  it('is not in views that were made of it before', () => {
    expect(propertiesOf(Made)).toEqual(['price']);
  });

  it('takes the place of none', () => {
    expect(() => addToView(Bill, 'price', {}, () => '0')).toThrow(/Bill already has a property price/);
  });
});

describe('an amount on the wire', () => {
  const shown = (value: unknown): unknown => toWire(PickType(Row, ['amount']), { amount: value }).amount;

  it('has 6 to 10 decimals, from text, Decimal or units', () => {
    expect(shown('5')).toBe('5.000000');
    expect(shown('0.0000000531')).toBe('0.0000000531');
    expect(shown('-1.2500000000')).toBe('-1.250000');
    expect(shown(new Prisma.Decimal('0.0000001'))).toBe('0.0000001');
    expect(shown(new Prisma.Decimal('1e9'))).toBe('1000000000.000000');
    expect(shown(531n)).toBe('0.0000000531');
  });

  it('is never a binary float', () => {
    expect(() => shown(0.1)).toThrow(TypeError);
    expect(() => shown('1e3')).toThrow(RangeError);
  });

  it('means the same whichever way it comes', () => {
    const limit = 10n ** 20n - 1n;
    fc.assert(
      fc.property(fc.bigInt({ min: -limit, max: limit }), (value) => {
        const stored = new Prisma.Decimal(amount(value)).toFixed(10);
        expect(shown(stored)).toBe(amount(value));
        expect(shown(value)).toBe(amount(units(stored)));
      }),
    );
  });
});
