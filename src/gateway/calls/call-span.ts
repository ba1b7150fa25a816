import type { Attributes, Span } from '@opentelemetry/api';
import type { CompletionPath } from '../../openrouter/completions.client.js';
import { markFailed } from '../../platform/tracing/tracing.js';
import { ANSWER_POOLS, type TokenPools, tokensIn } from '../../pricing/rating/work.js';
import type { AnswerFacts } from '../answers/answer-facts.js';
import type { CallOrder } from './call-order.js';
import type { Settled } from './open-calls.js';

// The terms of OpenTelemetry's conventions for generative AI:
// https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/

const OPERATIONS: Record<CompletionPath, string> = {
  '/chat/completions': 'chat',
  '/completions': 'text_completion',
  '/embeddings': 'embeddings',
  '/responses': 'chat',
  '/messages': 'chat',
};
const CACHE_READ = ['cache_read_tokens', 'audio_cache_read_tokens'] as const;
const CACHE_WRITE = ['cache_write_tokens', 'cache_write_1h_tokens'] as const;

/** Returns the name of a call's span. */
export const spanNameOf = ({ path, model }: CallOrder): string => `${OPERATIONS[path]} ${model}`;

/** Returns the attributes of a call that are known before it is sent, without its content. */
export function askedAttributes({ path, model, is_stream, choices, max_tokens }: CallOrder): Attributes {
  return {
    'gen_ai.operation.name': OPERATIONS[path],
    'gen_ai.provider.name': 'openrouter',
    'gen_ai.request.model': model,
    'gen_ai.request.stream': is_stream,
    ...(choices > 1 && { 'gen_ai.request.choice.count': choices }),
    ...(max_tokens !== null && { 'gen_ai.request.max_tokens': max_tokens }),
  };
}

/** Ends the span of a call with the facts of its answer and its cost. */
export function endSpan(span: Span | undefined, facts: AnswerFacts, settled: Settled | null): void {
  if (!span) return;
  const { model, generation_id, usage, finish_reasons, error } = facts;
  if (model !== null) span.setAttribute('gen_ai.response.model', model);
  if (generation_id !== null) span.setAttribute('gen_ai.response.id', generation_id);
  if (finish_reasons.length > 0) span.setAttribute('gen_ai.response.finish_reasons', finish_reasons);
  if (usage) span.setAttributes(usageAttributes(usage.tokens));
  if (settled) span.setAttribute('tollgate.cost', Number(settled.cost));
  if (error !== null) failSpan(span, 'provider_error');
  else if (facts.made === null) failSpan(span, 'broken_off');
  else span.end();
}

/** Ends the span of a call that failed, with a code or an error as the reason. */
export function failSpan(span: Span | undefined, reason: unknown): void {
  markFailed(span, reason);
  span?.end();
}

function usageAttributes(tokens: TokenPools): Attributes {
  const sum = (names: readonly (keyof TokenPools)[]): number => names.reduce((all, name) => all + tokens[name], 0);
  const output = sum([...ANSWER_POOLS]);
  const [read, written] = [sum(CACHE_READ), sum(CACHE_WRITE)];
  return {
    'gen_ai.usage.input_tokens': tokensIn(tokens) - output,
    'gen_ai.usage.output_tokens': output,
    ...(read > 0 && { 'gen_ai.usage.cache_read.input_tokens': read }),
    ...(written > 0 && { 'gen_ai.usage.cache_creation.input_tokens': written }),
  };
}
