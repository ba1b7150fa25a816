import { amount, type Units } from '../../platform/values/amount.js';
import { creditsText } from '../../platform/values/sentences.js';
import { type Advice, CALLS_MIN, type Caveat } from '../advice.js';
import { type AdviceFacts, basisOf, byModel, type ModelWork, planOf, priced, type Reprice } from '../past-work.js';
import { type Candidate, candidatesFor } from './candidates.js';

/** Models whose replacement is looked for: those that cost most. */
const MODELS_MAX = 5;

/** A model with enough calls, and what could have replaced it. */
export interface Replaceable {
  of: ModelWork;
  candidates: readonly Candidate[];
}

/** Returns the most expensive models with enough calls, each with what could have replaced it. */
export function replaceableModels(facts: AdviceFacts): Replaceable[] {
  const groups = byModel(facts.work);
  const used = new Set(groups.map(({ model }) => model));
  return groups
    .filter(({ work }) => work.length >= CALLS_MIN)
    .slice(0, MODELS_MAX)
    .map((of) => ({ of, candidates: candidatesFor(facts, of, used) }));
}

/**
 * Advises a cheaper model for each model: the cheapest that the operator judges equal, otherwise the cheapest of the
 * others. The work is priced again, piece by piece, with the other model's price of its day and the account's markup.
 */
export async function cheaperModels(
  facts: AdviceFacts,
  replaceable: readonly Replaceable[],
  reprice: Reprice,
): Promise<Advice[]> {
  const found: Advice[] = [];
  for (const { of, candidates } of replaceable) {
    const costs: { candidate: Candidate; cost: Units }[] = [];
    for (const candidate of candidates) {
      const { model } = candidate;
      const cost = await reprice(of.work.map((one) => priced(one, planOf(facts.plan), { model })));
      if (cost !== null && cost < of.cost) costs.push({ candidate, cost });
    }
    const [best] = costs.toSorted(
      (a, b) => Number(b.candidate.is_equal) - Number(a.candidate.is_equal) || (a.cost < b.cost ? -1 : 1),
    );
    if (best) found.push(adviceOf(facts, of, best.candidate, best.cost));
  }
  return found;
}

function adviceOf(facts: AdviceFacts, of: ModelWork, { model, is_equal, note }: Candidate, cost: Units): Advice {
  const basis = basisOf(facts, of.work);
  const hasChanged = facts.prices.some((price) => price.model === model && price.effective_from > basis.from);
  const caveats: Caveat[] = [
    ...(is_equal ? [] : (['not_judged_equal'] as const)),
    'same_tokens',
    'parameters_unknown',
    ...(hasChanged ? (['price_changed'] as const) : []),
  ];
  const judged = is_equal ? 'The operator judges it equal' : 'It is cheaper, not judged equal';
  return {
    kind: 'cheaper_model',
    subject: [of.service, of.model, model],
    title: `${model} would cost less than ${of.model}`,
    message: `${basis.requests} requests to ${of.model} cost ${creditsText(of.cost)} credits. The same tokens of ${model} would have cost ${creditsText(cost)}. ${judged}${note === null ? '' : `: ${note}`}.`,
    details: {
      model: of.model,
      other_model: model,
      requests: basis.requests,
      cost: amount(of.cost),
      other_cost: amount(cost),
      is_equal,
      note,
    },
    basis,
    currency: 'credits',
    current: of.cost,
    projected: cost,
    confidence: is_equal ? 'high' : 'medium',
    caveats,
    new_tier: null,
  };
}
