import { describe, expect, it } from '@jest/globals';
import { account, daysBefore, tally, tier, TODAY } from '../../../test/support/analytics.js';
import { units } from '../../platform/values/amount.js';
import { addDays, weekday } from '../../platform/values/calendar.js';
import type { InsightFacts } from './insight-facts.js';
import type { Insight } from './insight.js';
import { insightsOf } from './insights.js';
import { growthIn, predict } from '../forecast/prediction.js';
import { NO_USAGE, type UsageTotals } from '../series/usage-totals.js';

const STARTER = tier('starter', '20', 1000);
const PROFESSIONAL = tier('professional', '60', 10_000);
const ENTERPRISE = tier('enterprise', '999999.99', null);
const TIERS = [STARTER, PROFESSIONAL, ENTERPRISE];

/** A healthy account: 0.3 credits a day on a plan of 20, two models. */
function healthy(
  usage: (n: number) => UsageTotals = () => tally({ events: 10, cost: '0.3' }),
  given: Partial<InsightFacts> = {},
): InsightFacts {
  const tallies = daysBefore(56, usage);
  const history = [...tallies.values()];
  const its = given.account ?? account();
  const facts = {
    today: TODAY,
    from: addDays(TODAY, -84),
    tallies,
    account: its,
    renews: true,
    reset_day: '2026-12-06',
  };
  return {
    today: TODAY,
    account: its,
    plan: STARTER,
    tiers: TIERS,
    history,
    spendable: units(its.balance) - units(its.held) - units(its.capped),
    month: tally({ events: 300, cost: '9' }),
    week: tally({ events: 70, cost: '2.1' }),
    models: new Map([
      ['openai/gpt-4o', tally({ events: 150, cost: '4.5' })],
      ['anthropic/claude', tally({ events: 150, cost: '4.5' })],
    ]),
    prediction: predict(facts),
    growth: growthIn(history),
    ...given,
  };
}

const titles = (facts: InsightFacts): string[] => insightsOf(facts).map(({ title }) => title);
const only = (facts: InsightFacts): Insight => {
  const insights = insightsOf(facts);
  expect(insights).toHaveLength(1);
  return insights[0]!;
};

describe('insights', () => {
  it('are empty for a healthy account', () => {
    expect(insightsOf(healthy())).toEqual([]);
  });

  it('only say how to get started without any usage', () => {
    const facts = healthy(() => NO_USAGE, { history: [], month: NO_USAGE, week: NO_USAGE, models: new Map() });
    expect(only(facts)).toMatchObject({ type: 'pattern', title: 'No usage yet', priority: 'low', action: null });
    expect(only(facts).message).toContain('20 credits');
  });

  it('are sorted by priority', () => {
    const facts = healthy(undefined, {
      account: account({ debt: '1', balance: '0' }),
      week: tally({ events: 100, failed_events: 6 }),
    });
    expect(insightsOf(facts).map(({ priority }) => priority)).toEqual(['high', 'medium']);
  });
});

describe('debt', () => {
  it('is reported with its amount', () => {
    const insight = only(healthy(undefined, { account: account({ debt: '1.5', balance: '0' }) }));
    expect(insight).toMatchObject({ type: 'warning', priority: 'high', action: 'review', next_step: 'buy_credits' });
    expect(insight.message).toContain('1.50 credits');
  });
});

describe('credits that run out', () => {
  it('are reported with the day and a sufficient plan', () => {
    const insight = only(healthy(undefined, { account: account({ balance: '3' }) }));
    expect(insight).toMatchObject({ title: 'Credits run out soon', priority: 'high', action: 'upgrade' });
    expect(insight.message).toContain('3 credits are available');
    expect(insight.message).toContain('30 November 2026');
    expect(insight.suggestion).toContain('The plan professional gives 60 credits a month for 19 USD');
  });

  it('must be bought if there is no larger plan', () => {
    const insight = only(healthy(undefined, { account: account({ balance: '3' }), tiers: [STARTER] }));
    expect(insight).toMatchObject({ action: 'review', suggestion: 'Buy credits in time.' });
  });
});

describe('the monthly cap', () => {
  it('is reported when it locks credits', () => {
    const insight = only(healthy(undefined, { account: account({ balance: '25', capped: '5' }) }));
    expect(insight).toMatchObject({ title: 'The monthly cap locks credits', action: 'review' });
    expect(insight.message).toContain('5 plan credits cannot be spent');
  });
});

describe('the calls of a period', () => {
  it('are reported from 80 % on, with a plan that allows more', () => {
    const insight = only(healthy(undefined, { account: account({ calls_this_period: 800 }) }));
    expect(insight).toMatchObject({ type: 'warning', action: 'upgrade', priority: 'high' });
    expect(insight.message).toBe('800 of 1000 calls are used (80%).');
    expect(insight.suggestion).toContain('professional');
  });

  it('are not reported below, or without a limit', () => {
    expect(insightsOf(healthy(undefined, { account: account({ calls_this_period: 799 }) }))).toEqual([]);
    const unlimited = account({ calls_per_month: null, calls_this_period: 1e6 });
    expect(insightsOf(healthy(undefined, { account: unlimited }))).toEqual([]);
  });
});

describe('a plan that is too large', () => {
  const large = {
    plan: PROFESSIONAL,
    account: account({ tier: 'professional', allocated_monthly: '60', balance: '60' }),
  };

  it('is reported with a sufficient smaller one', () => {
    const insight = only(healthy(undefined, large));
    expect(insight).toMatchObject({ type: 'optimization', action: 'downgrade', priority: 'medium' });
    expect(insight.message).toContain('9 credits, 15% of the 60');
    expect(insight.suggestion).toContain('The plan starter gives 20');
  });

  it('is not reported if the smaller one is insufficient', () => {
    expect(insightsOf(healthy(undefined, { ...large, tiers: [tier('tiny', '5', 100), PROFESSIONAL] }))).toEqual([]);
  });

  it('is not reported for a new account, for a plan that is used by a quarter or more, or for one that does not renew', () => {
    const { history } = healthy();
    expect(insightsOf(healthy(undefined, { ...large, history: history.slice(-27) }))).toEqual([]);
    expect(insightsOf(healthy(undefined, { ...large, month: tally({ events: 300, cost: '15' }) }))).toEqual([]);
    expect(insightsOf(healthy(undefined, { ...large, plan: { ...PROFESSIONAL, renews: false } }))).toEqual([]);
  });
});

describe('failures', () => {
  const failing = (failed_events: number, events: number) =>
    healthy(undefined, { week: tally({ events, failed_events }) });

  it('are reported from 5 % on, with high priority from 20 % on', () => {
    expect(only(failing(5, 100))).toMatchObject({ type: 'warning', priority: 'medium', action: 'review' });
    expect(only(failing(20, 100))).toMatchObject({ priority: 'high' });
    expect(only(failing(20, 100)).message).toBe('20 of the 100 requests of the last 7 days failed (20%).');
  });

  it('are not reported if they are rare, or for few requests', () => {
    expect(insightsOf(failing(4, 100))).toEqual([]);
    expect(insightsOf(failing(19, 19))).toEqual([]);
  });
});

describe('an expensive day', () => {
  const yesterday = (cost: string) =>
    healthy((n) => tally({ events: 10, cost: n === 55 ? cost : n % 2 ? '0.2' : '0.4' }));

  it('is reported when it stands out', () => {
    const insight = insightsOf(yesterday('1.5')).find(({ type }) => type === 'cost')!;
    expect(insight).toMatchObject({ title: 'An unusually expensive day', priority: 'high', action: 'review' });
    expect(insight.message).toContain('20 November 2026 cost 1.50 credits, 5.0 times the average of 0.30');
  });

  it('is not reported otherwise', () => {
    expect(titles(yesterday('0.55'))).not.toContain('An unusually expensive day');
  });

  it('is not reported with less than two weeks to compare with', () => {
    const facts = yesterday('1.5');
    expect(titles({ ...facts, history: facts.history.slice(-14) })).not.toContain('An unusually expensive day');
  });
});

describe('a model that causes most of the cost', () => {
  const models = (a: string, b: string) =>
    new Map([
      ['openai/gpt-4o', tally({ events: 30, cost: a })],
      ['openai/gpt-4o-mini', tally({ events: 270, cost: b })],
    ]);

  it('is reported with its share', () => {
    const insight = only(healthy(undefined, { models: models('6.3', '2.7') }));
    expect(insight).toMatchObject({ type: 'cost', priority: 'medium', action: 'review' });
    expect(insight.message).toBe(
      'openai/gpt-4o caused 6.30 of the 9 credits of the last 30 days (70%) with 30 of 300 requests.',
    );
  });

  it('is not reported below the threshold, if it is the only one, or if there is nothing to save', () => {
    expect(insightsOf(healthy(undefined, { models: models('5', '4') }))).toEqual([]);
    expect(insightsOf(healthy(undefined, { models: new Map([['m', tally({ cost: '9' })]]) }))).toEqual([]);
    const month = tally({ events: 300, cost: '0.09' });
    expect(insightsOf(healthy(undefined, { month, models: models('0.08', '0.01') }))).toEqual([]);
  });
});

describe('a trend', () => {
  it('is reported when usage grows', () => {
    const insight = insightsOf(healthy((n) => tally({ events: 10, cost: (0.1 + n * 0.005).toFixed(4) }))).find(
      ({ type }) => type === 'trend',
    )!;
    expect(insight).toMatchObject({ title: 'Usage is growing', priority: 'medium', action: null });
    expect(insight.message).toMatch(/^Usage in the last 4 weeks was \d+% higher than in the 4 weeks before/);
  });

  it('is reported when usage declines', () => {
    expect(titles(healthy((n) => tally({ events: 10, cost: (0.4 - n * 0.005).toFixed(4) })))).toContain(
      'Usage is declining',
    );
  });
});

describe('a busy weekday', () => {
  const tuesdays = (events: number) =>
    healthy((n) => tally({ events: weekday(addDays(TODAY, n - 56)) === 1 ? events : 10, cost: '0.3' }));

  it('is reported when it stands out', () => {
    const insight = only(tuesdays(40));
    expect(insight).toMatchObject({
      type: 'pattern',
      title: 'Tuesdays are the busiest',
      priority: 'low',
      action: null,
    });
    expect(insight.message).toBe('Tuesdays have 40.0 requests on average, 2.8 times the average of 14.3.');
  });

  it('is not reported otherwise, or with less than three weeks of usage', () => {
    expect(insightsOf(tuesdays(14))).toEqual([]);
    const facts = tuesdays(40);
    expect(insightsOf({ ...facts, history: facts.history.slice(-20) })).toEqual([]);
  });
});

describe('slower work', () => {
  const timed = (seconds: string, timed_events: number) =>
    tally({ events: 100, timed_events, seconds: units(seconds) });

  it('is reported when it takes twice as long', () => {
    const facts = healthy(undefined, {
      week: timed('400', 100),
      month: { ...timed('1000', 500), total_cost: units('9') },
    });
    expect(only(facts)).toMatchObject({ type: 'optimization', priority: 'low', action: 'review' });
    expect(only(facts).message).toContain('4.00 seconds on average in the last 7 days, compared with 2.00');
  });

  it('is not reported below that, or for few requests', () => {
    const month = { ...timed('1000', 500), total_cost: units('9') };
    expect(insightsOf(healthy(undefined, { month, week: timed('399', 100) }))).toEqual([]);
    expect(insightsOf(healthy(undefined, { month, week: timed('400', 19) }))).toEqual([]);
  });
});
