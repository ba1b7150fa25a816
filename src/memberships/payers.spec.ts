import { describe, expect, it } from '@jest/globals';
import type { burn_order } from '../generated/prisma/enums.js';
import type { Membership } from './memberships.service.js';
import { byBurnOrder, payingFor } from './payers.js';

const membership = (user_id: string, order: burn_order, allowed_models: string[] = []): Membership => ({
  user_id,
  member_id: 'ann',
  role: 'member',
  burn_order: order,
  allowed_models,
  cost_center: null,
});
const orderOf = (...memberships: Membership[]): string[] =>
  byBurnOrder('ann', memberships).all.map(({ user_id }) => user_id);

describe('payers', () => {
  it('without an organization, the own account pays', () => {
    expect(orderOf()).toEqual(['ann']);
  });

  it('organizations come before or after the own account, in the order of joining', () => {
    expect(orderOf(membership('org_a', 'own_first'), membership('org_b', 'organization_first'))).toEqual([
      'org_b',
      'ann',
      'org_a',
    ]);
  });

  it('the own account never pays if an organization pays for everything', () => {
    expect(orderOf(membership('org_a', 'own_first'), membership('org_b', 'organization_only'))).toEqual([
      'org_b',
      'org_a',
    ]);
  });

  it('repeated work is recognized on the own account, whoever pays', () => {
    expect(byBurnOrder('ann', [membership('org_b', 'organization_only')]).home).toBe('ann');
  });

  it('an organization that does not pay for a model is not asked', () => {
    const payers = byBurnOrder('ann', [membership('org_a', 'organization_first', ['openai/*'])]);
    expect(payingFor(payers, ['openai/gpt-4o']).all.map(({ user_id }) => user_id)).toEqual(['org_a', 'ann']);
    expect(payingFor(payers, ['x/y']).all.map(({ user_id }) => user_id)).toEqual(['ann']);
    const only = byBurnOrder('ann', [membership('org_a', 'organization_only', ['openai/*'])]);
    expect(() => payingFor(only, ['x/y'])).toThrow('does not pay for x/y');
  });
});
