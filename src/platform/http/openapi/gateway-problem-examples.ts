import type { ProblemExample } from './problem-example.js';

/** Examples of the problems of model calls. */
export const GATEWAY_PROBLEM_EXAMPLES: Record<string, ProblemExample> = {
  no_openrouter_key: {
    detail:
      'Store your own OpenRouter key first (POST /credits/openrouter/create-account): this platform has no key for its users.',
  },
  model_not_allowed: {
    detail:
      'The plan Trial does not include openai/o1-pro. It includes budget models. Use one of these (GET /models lists them), or switch to a plan with more models.',
    param: 'model',
    model: 'openai/o1-pro',
    tier: 'trial',
  },
  model_not_found: {
    detail: 'There is no model acme/writer-9. Similar models: acme/writer-8. GET /models lists all models.',
    param: 'model',
    candidates: ['acme/writer-8'],
  },
  model_ambiguous: {
    detail: 'Several providers offer writer-1. Use one of these ids: acme/writer-1, other/writer-1.',
    param: 'model',
    candidates: ['acme/writer-1', 'other/writer-1'],
  },
  call_in_progress: {
    detail: 'The call with this Idempotency-Key is still running. Try again when it has finished.',
    retry_after_s: 2,
  },
  answer_not_kept: {
    detail:
      'The call with this Idempotency-Key was made and charged 0.000123, but its answer was not stored. Use a new key for a new call.',
    cost: '0.000123',
  },
  too_many_calls_in_flight: {
    detail: 'The account has reached its limit of 50 concurrent calls. Try again when one of them has ended.',
    limit: 50,
    retry_after_s: 1,
  },
  provider_refused: { detail: 'acme/writer-9 is not a valid model ID', provider_code: 400 },
  provider_empty_answer: { detail: 'The provider returned an empty answer.' },
  provider_unavailable: {
    detail: 'The provider is currently not available to this platform. Nothing was charged. Try again later.',
  },
  provider_busy: {
    detail: 'All connections to the provider are busy. Nothing was charged. Try again in a few seconds.',
    retry_after_s: 5,
  },
  provider_broke_off: { detail: 'The provider ended the answer early. Only the output up to that point is charged.' },
};
