/** A model as `GET /models` lists it. Prices are text: USD per token, per image token or per request; -1 is unknown. */
export interface Model {
  id: string;
  canonical_slug: string;
  name: string;
  created: number;
  context_length: number;
  architecture: {
    modality: string;
    input_modalities: string[];
    output_modalities: string[];
    tokenizer: string;
    instruct_type: null;
  };
  pricing: Record<string, string>;
  top_provider: { context_length: number | null; max_completion_tokens: number | null; is_moderated: boolean };
  per_request_limits: null;
  supported_parameters: string[];
}

const PARAMETERS = ['max_tokens', 'response_format', 'seed', 'stop', 'temperature', 'tool_choice', 'tools', 'top_p'];
const CREATED = 1_767_225_600;

interface Traits {
  name: string;
  pricing: Record<string, string>;
  inputs?: string[];
  outputs?: string[];
  context_length?: number;
  max_completion_tokens?: number | null;
}

function model(id: string, traits: Traits): Model {
  const { name, pricing, inputs = ['text'], outputs = ['text'], context_length = 128_000 } = traits;
  const { max_completion_tokens = 16_384 } = traits;
  return {
    id,
    canonical_slug: id.replace(/:.*$/, ''),
    name,
    created: CREATED,
    context_length,
    architecture: {
      modality: `${inputs.join('+')}->${outputs.join('+')}`,
      input_modalities: inputs,
      output_modalities: outputs,
      tokenizer: 'Other',
      instruct_type: null,
    },
    pricing,
    top_provider: { context_length, max_completion_tokens, is_moderated: false },
    per_request_limits: null,
    supported_parameters: PARAMETERS,
  };
}

/** The model that the router model uses. */
export const ROUTED_TO = 'openai/gpt-4o-mini';

/**
 * One model of every kind: cheap, cached, expensive, free, unpriced, reasoning, vision, priced per request, embedding.
 */
export const MODELS: readonly Model[] = [
  model('openai/gpt-4o-mini', {
    name: 'OpenAI: GPT-4o-mini',
    inputs: ['text', 'image', 'file'],
    pricing: { prompt: '0.00000015', completion: '0.0000006', input_cache_read: '0.000000075' },
  }),
  model('anthropic/claude-sonnet-4.5', {
    name: 'Anthropic: Claude Sonnet 4.5',
    inputs: ['text', 'image'],
    context_length: 1_000_000,
    max_completion_tokens: 64_000,
    pricing: {
      prompt: '0.000003',
      completion: '0.000015',
      web_search: '0.01',
      input_cache_read: '0.0000003',
      input_cache_write: '0.00000375',
    },
  }),
  model('google/gemini-2.5-flash', {
    name: 'Google: Gemini 2.5 Flash',
    inputs: ['text', 'image', 'audio'],
    context_length: 1_048_576,
    max_completion_tokens: 65_535,
    pricing: {
      prompt: '0.0000003',
      completion: '0.0000025',
      image: '0.0000003',
      audio: '0.000001',
      internal_reasoning: '0.0000025',
      input_cache_read: '0.00000003',
      input_cache_write: '0.00000008333333333333334',
    },
  }),
  model('stand-in/dear', { name: 'Stand-in: Dear', pricing: { prompt: '0.00006', completion: '0.00018' } }),
  model('stand-in/uncapped', {
    name: 'Stand-in: Uncapped',
    max_completion_tokens: null,
    pricing: { prompt: '0.000001', completion: '0.000002' },
  }),
  model('stand-in/per-request', {
    name: 'Stand-in: Priced per request as well',
    pricing: { prompt: '0.000001', completion: '0.000001', request: '0.005' },
  }),
  model('stand-in/small:free', { name: 'Stand-in: Small (free)', pricing: { prompt: '0', completion: '0' } }),
  model('openrouter/auto', {
    name: 'Auto Router',
    context_length: 2_000_000,
    max_completion_tokens: null,
    pricing: { prompt: '-1', completion: '-1' },
  }),
  model('stand-in/embedding', {
    name: 'Stand-in: Embedding',
    outputs: ['embeddings'],
    context_length: 8_192,
    max_completion_tokens: null,
    pricing: { prompt: '0.00000002', completion: '0' },
  }),
];

const byId = new Map(MODELS.map((known) => [known.id, known]));

/** Returns the model with an id; variants such as `:nitro` are the model itself. */
export function findModel(id: unknown): Model | undefined {
  return typeof id === 'string' ? (byId.get(id) ?? byId.get(id.replace(/:(nitro|floor|online)$/, ''))) : undefined;
}
