import { describe, expect, it } from '@jest/globals';
import { DomainError } from '../../errors.js';
import { problemOf } from './problem.js';

const withCode = (code: string): Error => Object.assign(new Error(`secret SQL ${code}`), { code });

/** As Prisma wraps what the driver adapter says. */
const wrapped = (cause: Record<string, unknown>, code = 'P2010'): Error =>
  Object.assign(new Error('secret SQL'), {
    code,
    meta: { driverAdapterError: Object.assign(new Error('x'), { cause }) },
  });

describe('an error becomes a problem', () => {
  it.each([
    ['57P01 of pg', withCode('57P01')],
    ['57P03 of pg', withCode('57P03')],
    ['53300 of pg', withCode('53300')],
    ['57014 of pg', withCode('57014')],
    ['08006 of pg', withCode('08006')],
    ['a refused connection', withCode('ECONNREFUSED')],
    ['a refused connection on both addresses', new AggregateError([withCode('ECONNREFUSED')], '')],
    ['a broken pipe', withCode('EPIPE')],
    ['a full pool', new Error('timeout exceeded when trying to connect')],
    ['a lost connection', new Error('Connection terminated unexpectedly')],
    ['P1001', withCode('P1001')],
    ['P2024', withCode('P2024')],
    ['P2028', withCode('P2028')],
    ['57014 inside Prisma', wrapped({ originalCode: '57014', kind: 'postgres' })],
    ['57P01 inside Prisma', wrapped({ originalCode: '57P01', kind: 'postgres' })],
    ['an unreachable database inside Prisma', wrapped({ kind: 'DatabaseNotReachable' })],
  ])('%s: 503 database_unavailable, to be tried again', (_name, error) => {
    expect(problemOf(error)).toMatchObject({ status: 503, code: 'database_unavailable', extra: { retry_after_s: 1 } });
  });

  it('a sum beyond the column: 422 amount_too_large', () => {
    expect(problemOf(withCode('22003'))).toMatchObject({ status: 422, code: 'amount_too_large' });
    expect(problemOf(wrapped({ originalCode: '22003' }))).toMatchObject({ status: 422, code: 'amount_too_large' });
  });

  it.each([
    withCode('23505'),
    wrapped({ originalCode: '23514' }),
    new TypeError('x of undefined'),
    'text',
    null,
    undefined,
  ])('anything unforeseen: 500 with a fixed sentence (%#)', (error) => {
    const { status, code, detail, is_fault } = problemOf(error);
    expect({ status, code, is_fault }).toEqual({ status: 500, code: 'internal_error', is_fault: true });
    expect(detail).not.toContain('secret');
  });

  it('no word of the database gets out', () => {
    expect(JSON.stringify(problemOf(withCode('57014')))).not.toContain('secret');
  });

  it('a domain error keeps its words and particulars', () => {
    const error = new DomainError('payment_required', 'insufficient_credits', 'Insufficient credits.', {
      required: '2.50',
    });
    expect(problemOf(error)).toEqual({
      status: 402,
      code: 'insufficient_credits',
      detail: 'Insufficient credits.',
      extra: { required: '2.50' },
      is_fault: false,
    });
  });
});
