import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { instantOf } from './timestamptz.js';

const MICROSECONDS = 6;

describe('a timestamptz', () => {
  it('in UTC is the instant that it names, without fractions of a millisecond', () => {
    const from = new Date('0001-01-01T00:00:00Z');
    const instant = fc.date({ min: from, max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true });
    fc.assert(
      fc.property(instant, fc.nat(999), (date, micros) => {
        const [day = '', time = ''] = date.toISOString().replace('Z', '').split('T');
        const digits = `${time.slice(9)}${String(micros).padStart(3, '0')}`.replace(/0+$/, '');
        expect(digits.length).toBeLessThanOrEqual(MICROSECONDS);
        const written = `${day} ${time.slice(0, 8)}${digits === '' ? '' : `.${digits}`}+00`;
        expect([written, instantOf(written)]).toEqual([written, date]);
      }),
    );
  });

  it.each([
    ['2026-11-30 10:24:04.794123+00', '2026-11-30T10:24:04.794Z'],
    ['2026-11-30 10:24:04+00', '2026-11-30T10:24:04.000Z'],
    ['2026-11-30 10:24:04.7+00', '2026-11-30T10:24:04.700Z'],
    ['2026-11-30 12:24:04.5+02', '2026-11-30T10:24:04.500Z'],
    ['2026-11-30 15:54:04+05:30', '2026-11-30T10:24:04.000Z'],
    ['2026-11-30 05:24:04-05', '2026-11-30T10:24:04.000Z'],
    ['1890-01-01 00:53:28+00:53:28', '1890-01-01T00:00:00.000Z'],
    ['0044-03-15 12:00:00+00', '0044-03-15T12:00:00.000Z'],
  ])('%s is %s', (text, iso) => expect(instantOf(text).toISOString()).toBe(iso));
});
