let made = 0;
/** Terms of a new tier. */
export const tierTerms = (changes: object = {}): { tier: string } & Record<string, unknown> => {
  made += 1;
  return {
    tier: `plan-${made}`,
    name: 'A plan',
    price_monthly: '1',
    credits_monthly: '2',
    cost_per_1k_tokens: '0.001',
    renews: true,
    rank: 5,
    ...changes,
  };
};
