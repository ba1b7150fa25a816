import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mail_class } from '../../generated/prisma/enums.js';
import { type AccountFacts, nextStepOf, verdictOn } from './trial-factor.js';

const honest: AccountFacts = {
  decided: null,
  has_paid: false,
  is_verified: true,
  requires_verification: false,
  is_compared: true,
  mail_class: 'other',
  is_known: true,
  gifted: { email: 0, device: 0, card: 0, own_key: 0 },
  recent: { address_block: 0, email_domain: 0 },
};
const factor = (more: Partial<AccountFacts>) => verdictOn({ ...honest, ...more }).trial_factor;
const shares = (more: Partial<AccountFacts['gifted']>) =>
  verdictOn({ ...honest, gifted: { ...honest.gifted, ...more } });
const among = (address_block: number, email_domain = 0, is_verified = false) =>
  verdictOn({ ...honest, is_verified, recent: { address_block, email_domain } });

const anything: fc.Arbitrary<AccountFacts> = fc.record({
  decided: fc.constantFrom('cleared', 'confirmed', 'paid', null),
  has_paid: fc.boolean(),
  is_verified: fc.boolean(),
  requires_verification: fc.boolean(),
  is_compared: fc.boolean(),
  mail_class: fc.constantFrom(...Object.values(mail_class), null),
  is_known: fc.boolean(),
  gifted: fc.record({ email: fc.nat(3), device: fc.nat(3), card: fc.nat(3), own_key: fc.nat(3) }),
  recent: fc.record({ address_block: fc.nat(300), email_domain: fc.nat(300) }),
});

describe('the part of gifts that an account gets', () => {
  it('is everything for an honest person', () => {
    expect(verdictOn(honest)).toEqual({ trial_factor: '1', state: 'none', reasons: [] });
    expect(factor({ is_verified: false })).toBe('1');
  });

  it('is nothing with the mailbox, card or key of an account that got gifts', () => {
    expect(shares({ email: 1 })).toEqual({ trial_factor: '0', state: 'none', reasons: ['email_shared'] });
    expect(shares({ card: 1 })).toEqual({ trial_factor: '0', state: 'open', reasons: ['card_shared'] });
    expect(shares({ own_key: 1 })).toEqual({ trial_factor: '0', state: 'open', reasons: ['own_key_shared'] });
  });

  it('is half for the second person at a device, and nothing for the third', () => {
    expect(shares({ device: 1 })).toEqual({ trial_factor: '0.5', state: 'open', reasons: ['device_shared'] });
    expect(shares({ device: 2 }).trial_factor).toBe('0');
  });

  it('is nothing for a disposable address', () => expect(factor({ mail_class: 'disposable' })).toBe('0'));

  it('goes down with registrations behind one address block or mail domain', () => {
    expect([1, 2, 9, 10].map((n) => among(n).trial_factor)).toEqual(['1', '0.5', '0.5', '0.1']);
    expect([1, 2, 9, 10].map((n) => among(0, n).trial_factor)).toEqual(['1', '0.5', '0.5', '0.1']);
    expect([199, 200].map((n) => among(n, 0, true).trial_factor)).toEqual(['1', '0.5']);
    expect([99, 100].map((n) => among(0, n, true).trial_factor)).toEqual(['1', '0.5']);
    expect([19, 20].map((n) => among(0, n, true).state)).toEqual(['none', 'open']);
  });

  it('is nothing until the address is verified, where that is required', () => {
    expect(factor({ requires_verification: true })).toBe('1');
    expect(factor({ requires_verification: true, is_verified: false })).toBe('0');
    expect(factor({ requires_verification: true, is_verified: false, is_compared: false })).toBe('0');
  });

  it('is a tenth if nothing is known about the account', () => expect(factor({ is_known: false })).toBe('0.1'));

  it('is everything where signals are not compared and no verification is required', () =>
    fc.assert(
      fc.property(anything, (facts) => {
        const off = { ...facts, decided: null, is_compared: false, requires_verification: false };
        expect(verdictOn(off).trial_factor).toBe('1');
      }),
    ));

  it('is what an administrator decided, and otherwise everything after a good payment', () =>
    fc.assert(
      fc.property(anything, (facts) => {
        expect(verdictOn({ ...facts, decided: 'confirmed' })).toMatchObject({ trial_factor: '0', state: 'confirmed' });
        expect(verdictOn({ ...facts, decided: 'cleared' })).toMatchObject({ trial_factor: '1', state: 'cleared' });
        expect(verdictOn({ ...facts, decided: null, has_paid: true }).trial_factor).toBe('1');
        expect(verdictOn({ ...facts, decided: 'paid', has_paid: false }).trial_factor).toBe('1');
      }),
    ));

  it('never goes up with more in common, and has a reason when it is less than everything', () =>
    fc.assert(
      fc.property(anything, anything, (facts, more) => {
        const gifted = {
          email: facts.gifted.email + more.gifted.email,
          device: facts.gifted.device + more.gifted.device,
          card: facts.gifted.card + more.gifted.card,
          own_key: facts.gifted.own_key + more.gifted.own_key,
        };
        const before = verdictOn(facts);
        expect(Number(verdictOn({ ...facts, gifted }).trial_factor)).toBeLessThanOrEqual(Number(before.trial_factor));
        if (before.trial_factor !== '1') expect(before.reasons.length).toBeGreaterThan(0);
      }),
    ));
});

describe('what a user whose gifts were withheld should do', () => {
  it('is to verify the address if that helps, otherwise to pay once; after a decision, to ask', () => {
    expect(nextStepOf(among(30), false)).toBe('verify_address');
    expect(nextStepOf(shares({ email: 1 }), false)).toBe('pay_once');
    expect(nextStepOf(among(300, 0, true), true)).toBe('pay_once');
    expect(nextStepOf(verdictOn({ ...honest, decided: 'confirmed' }), true)).toBe('contact_support');
  });
});
