import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { ValidationPipe, type BadRequestException } from '@nestjs/common';
import { IntersectionType, OmitType, PartialType, PickType } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { CreditGrantRow, CreditHoldRow, CreditTransactionRow, TierRow } from '../../generated/rows.js';
import { IsAmount, IsMetadata, IsText, IsTimestamp } from './wire-decorators.js';

const pipe = new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true });

async function accepted<T>(metatype: new () => T, body: object): Promise<T> {
  return (await pipe.transform(body, { type: 'body', metatype })) as T;
}

async function refusal(metatype: new () => object, body: object): Promise<string> {
  const error = await accepted(metatype, body).then(
    () => null,
    (e: BadRequestException) => e.getResponse() as { message: string[] },
  );
  if (error === null) throw new Error('was accepted');
  return error.message.join('; ');
}

class Amount {
  @IsAmount({ min: '0' })
  amount: string;
}

class Instant {
  @IsTimestamp()
  at: Date;
}

class Text {
  @IsText({ max_length: 4 })
  text: string;

  @IsOptional()
  @IsText({ max_length: 4 }, { each: true })
  list?: string[];
}

class Metadata {
  @IsMetadata()
  metadata: Record<string, unknown>;
}

describe('an amount', () => {
  it.each([
    [1, '1.000000'],
    ['1', '1.000000'],
    ['0.0000000531', '0.0000000531'],
    [5.31e-8, '0.0000000531'],
    ['-0', '0.000000'],
    ['9999999999.9999999999', '9999999999.9999999999'],
  ])('%p becomes %p', async (sent, kept) => {
    expect((await accepted(Amount, { amount: sent })).amount).toBe(kept);
  });

  it.each([
    [''],
    ['1e3'],
    ['0.00000000001'],
    [1e-11],
    [1e10],
    [NaN],
    ['٣'],
    [' 1'],
    [null],
    [{}],
    [['1']],
    [true],
    [undefined],
  ])('%p is refused', async (sent) => {
    expect(await refusal(Amount, { amount: sent })).toContain(
      'amount must be a plain decimal with at most 10 decimals',
    );
  });

  it('below the minimum is refused', async () => {
    expect(await refusal(Amount, { amount: -0.1 })).toBe('amount must not be less than 0');
  });
});

describe('a timestamp', () => {
  it.each([
    ['2027-01-31T09:30:00Z', '2027-01-31T09:30:00.000Z'],
    ['2027-01-31T09:30:00', '2027-01-31T09:30:00.000Z'],
    ['2027-01-31t09:30:00.5', '2027-01-31T09:30:00.500Z'],
    ['2027-01-31t09:30:00.123456+02:00', '2027-01-31T07:30:00.123Z'],
    ['2028-02-29T00:00:00-00:00', '2028-02-29T00:00:00.000Z'],
  ])('%p is the instant %p', async (sent, instant) => {
    expect((await accepted(Instant, { at: sent })).at.toISOString()).toBe(instant);
  });

  it.each([
    ['2027-01-31'],
    ['2027-02-30T00:00:00Z'],
    ['2027-02-29T00:00:00Z'],
    ['2027-13-01T00:00:00Z'],
    ['2027-01-31T24:00:00Z'],
    ['2027-01-31T09:30:60Z'],
    ['0000-06-01T00:00:00Z'],
    ['0001-01-01T00:00:00+01:00'],
    ['9999-12-31T23:59:59-01:00'],
    [1_800_000_000_000],
    ['now'],
    [null],
  ])('%p is refused', async (sent) => {
    expect(await refusal(Instant, { at: sent })).toContain('at must be an RFC 3339 timestamp such as');
  });
});

describe('a text', () => {
  it('is measured in code points, as by PostgreSQL', async () => {
    expect((await accepted(Text, { text: '👍👍👍👍' })).text).toBe('👍👍👍👍');
    expect(await refusal(Text, { text: '☀\uFE0F☀\uFE0F☀' })).toBe('text must have at most 4 characters');
  });

  it.each([['a\0'], ['\uD800'], ['\uDC00a']])('that PostgreSQL cannot store (%j) is refused', async (text) => {
    expect(await refusal(Text, { text })).toContain('NUL characters or unpaired surrogates');
  });

  it('in a list is checked one by one', async () => {
    expect((await accepted(Text, { text: '', list: ['a', 'b'] })).list).toEqual(['a', 'b']);
    expect(await refusal(Text, { text: '', list: ['a', 'bbbbb'] })).toBe(
      'each value in list must have at most 4 characters',
    );
  });
});

describe('metadata', () => {
  it('is kept as sent', async () => {
    const metadata = { toString: 'x', valueOf: 1, then: null, deep: [{ a: [1, '\\u0000', 'é', '\n'] }] };
    const kept = (await accepted(Metadata, { metadata: structuredClone(metadata) })).metadata;
    expect(kept).toEqual(metadata);
  });

  it.each([
    ['an array', []],
    ['a text', '{}'],
    ['null', null],
    ['NUL in a value', { a: ['x\0'] }],
    ['NUL in a key', { 'x\0': 1 }],
    ['an unpaired surrogate', { a: '\uD800' }],
    ['more than 16 KiB', { a: 'é'.repeat(8200) }],
  ])('with %s is refused', async (_what, metadata) => {
    expect(await refusal(Metadata, { metadata })).toMatch(/^metadata must /);
  });
});

describe('types derived from the rows', () => {
  class AllocateBody extends PickType(CreditGrantRow, ['user_id', 'amount', 'source', 'expires_at'] as const) {}
  class TierPatch extends PartialType(OmitType(TierRow, ['tier', 'created_at', 'updated_at'] as const), {
    skipNullProperties: false,
  }) {}
  class Mixed extends IntersectionType(
    PickType(CreditHoldRow, ['service', 'metadata'] as const),
    PickType(CreditTransactionRow, ['transaction_type'] as const),
  ) {}

  it('still transform and validate', async () => {
    const grant = { user_id: 'u', amount: 2, source: 'bonus', expires_at: '2027-01-01T00:00:00+01:00' };
    expect(await accepted(AllocateBody, grant)).toEqual({
      user_id: 'u',
      amount: '2.000000',
      source: 'bonus',
      expires_at: new Date('2026-12-31T23:00:00Z'),
    });
    expect((await accepted(AllocateBody, { ...grant, expires_at: null })).expires_at).toBeNull();
    expect(await refusal(AllocateBody, { ...grant, amount: 0 })).toBe('amount must be greater than zero');
    expect(await refusal(AllocateBody, { ...grant, source: 'gift' })).toContain('source must be one of');
    expect(await refusal(AllocateBody, { ...grant, id: 'x' })).toContain('property id should not exist');
    expect(await refusal(Mixed, { service: 'Open Router', metadata: 1, transaction_type: 'tip' })).toMatch(
      /service must be 1 to 64 lower-case letters.*for example openrouter.*metadata must be a JSON object.*transaction_type must be one of/,
    );
  });

  it('may leave out, but not null, a required column of a patch', async () => {
    expect(await accepted(TierPatch, { rank: 3, monthly_cap: null })).toEqual({ rank: 3, monthly_cap: null });
    expect(await refusal(TierPatch, { name: null })).toContain('name must be a string');
  });

  it('keep their OpenAPI schema', () => {
    const described = (type: new () => object, property: string): unknown =>
      Reflect.getMetadata('swagger/apiModelProperties', type.prototype as object, property);
    expect(described(AllocateBody, 'amount')).toMatchObject({ type: 'string', format: 'decimal' });
    expect(described(AllocateBody, 'source')).toMatchObject({ enumName: 'grant_source' });
    expect(described(TierPatch, 'calls_per_day')).toMatchObject({ nullable: true, required: false, minimum: 0 });
    expect(described(Mixed, 'metadata')).toMatchObject({ type: 'object', additionalProperties: true });
  });
});
