import { describe, expect, it } from '@jest/globals';
import { meaningOf } from './printed-form.js';

const AS_WRITTEN = `CHECK (((match)::text = ANY ((ARRAY['free'::character varying, 'budget'::character varying])::text[])))`;
const AS_RESTORED = `CHECK (((match)::text = ANY (ARRAY[('free'::character varying)::text, ('budget'::character varying)::text])))`;

describe('the meaning of a printed definition', () => {
  it('does not depend on casts that PostgreSQL adds when it parses the text again', () => {
    expect(meaningOf(AS_RESTORED)).toBe(meaningOf(AS_WRITTEN));
    expect(meaningOf(`'active'::account_status`)).toBe(meaningOf(`'active'::public.account_status`));
    expect(meaningOf('(a)::character varying(20)')).toBe('a');
    expect(meaningOf('(at)::timestamp(3) with time zone')).toBe('at');
  });

  it.each([
    ['another value', `CHECK ((balance >= (0)::numeric))`, `CHECK ((balance >= (1)::numeric))`],
    ['another operator', `CHECK ((balance >= (0)::numeric))`, `CHECK ((balance > (0)::numeric))`],
    ['one value less', AS_WRITTEN, AS_WRITTEN.replace(`'free'::character varying, `, '')],
    ['another grouping', '((a AND b) OR c)', '(a AND (b OR c))'],
    ['a string that looks like a cast', `(x <> 'a::text'::text)`, `(x <> 'a'::text)`],
  ])('detects %s', (_what, one, other) => {
    expect(meaningOf(other)).not.toBe(meaningOf(one));
  });
});
