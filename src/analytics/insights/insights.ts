import { amount } from '../../platform/values/amount.js';
import { creditsText } from '../../platform/values/sentences.js';
import { accountRules } from './insight-rules.account.js';
import type { InsightFacts, InsightRule } from './insight-facts.js';
import { INSIGHT_PRIORITIES, type Insight } from './insight.js';
import { usageRules } from './insight-rules.usage.js';

const RULES: readonly InsightRule[] = [...accountRules, ...usageRules];

/** Returns what the rules find, most important first; without any usage, only how to get started. */
export function insightsOf(facts: InsightFacts): Insight[] {
  if (facts.month.events === 0 && facts.history.length === 0) return [gettingStarted(facts)];
  return RULES.map((rule) => rule(facts))
    .filter((insight) => insight !== null)
    .toSorted((a, b) => INSIGHT_PRIORITIES.indexOf(b.priority) - INSIGHT_PRIORITIES.indexOf(a.priority));
}

function gettingStarted({ spendable, account }: InsightFacts): Insight {
  return {
    kind: 'no_usage',
    basis: { plan: account.tier, available: amount(spendable) },
    type: 'pattern',
    title: 'No usage yet',
    message: `There is no usage yet. The plan ${account.tier} has ${creditsText(spendable)} credits to spend.`,
    suggestion: 'Send a first request. Patterns and predictions appear after the first days of usage.',
    priority: 'low',
    action: null,
    next_step: 'view_models',
  };
}
