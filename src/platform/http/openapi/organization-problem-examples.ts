import type { ProblemExample } from './problem-example.js';

const MEMBERS = { instance: '/api/v1/organizations/org_5f0c2e9ab1d84c6e9f3a7b21/members' };
const INVITATIONS = { instance: '/api/v1/invitations/accept' };

/** Examples of the errors of organizations. */
export const ORGANIZATION_PROBLEM_EXAMPLES: Record<string, ProblemExample> = {
  seat_limit_reached: {
    detail:
      'The plan has 5 seats, and all are taken. Change to a plan with more, remove a member, or revoke an invitation.',
    seats: 5,
    taken: 5,
    raise_at: '/app/billing',
    ...MEMBERS,
  },
  last_owner: {
    detail: 'The organization needs an active owner. Make another member owner first, or close the organization.',
    ...MEMBERS,
  },
  already_a_member: { detail: 'user-43 is a member of the organization already.', ...MEMBERS },
  too_many_organizations: {
    detail: 'A person can own 20 organizations. Close one first.',
    instance: '/api/v1/organizations',
  },
  plan_is_paid: {
    detail: 'A paid plan runs. Cancel it first, and close the organization when it has ended.',
    paid_until: '2026-12-31T00:00:00.000Z',
    instance: '/api/v1/organizations/org_5f0c2e9ab1d84c6e9f3a7b21',
  },
  invitation_used: {
    detail: 'The invitation was accepted by somebody else, or revoked. Ask for a new one.',
    ...INVITATIONS,
  },
  invitation_expired: { detail: 'The invitation has expired. Ask for a new one.', ...INVITATIONS },
  invitation_for_another_address: {
    detail: 'The invitation is for another address than the one that you are signed in with.',
    ...INVITATIONS,
  },
  member_model_not_allowed: {
    detail: 'The organization does not pay for openai/gpt-5-pro for this member. Use a model that is allowed.',
    models: ['openai/gpt-5-pro'],
    instance: '/api/v1/chat/completions',
  },
  credits_not_transferable: {
    detail:
      'Only 3.000000 credits can be transferred. Credits of plans, trials, coupons and referrals, and held ones, stay.',
    transferable: '3.000000',
    instance: '/api/v1/credits/transfers',
  },
};
