/** Models of the demo with USD per million tokens, and what a usual call looks like. */
export const MODELS = [
  {
    weight: 30,
    model: 'openai/gpt-4o-mini',
    input_price: '0.15',
    output_price: '0.6',
    cache: '0.075',
    prompt: 1200,
    answer: 300,
  },
  { weight: 14, model: 'openai/gpt-4.1', input_price: '2', output_price: '8', cache: '0.5', prompt: 2500, answer: 500 },
  {
    weight: 12,
    model: 'anthropic/claude-sonnet-4',
    input_price: '3',
    output_price: '15',
    cache: '0.3',
    prompt: 3500,
    answer: 700,
  },
  {
    weight: 2,
    model: 'anthropic/claude-opus-4',
    input_price: '15',
    output_price: '75',
    cache: '1.5',
    prompt: 2500,
    answer: 700,
  },
  {
    weight: 18,
    model: 'google/gemini-2.5-flash',
    input_price: '0.3',
    output_price: '2.5',
    cache: '0.075',
    prompt: 1800,
    answer: 450,
  },
  {
    weight: 6,
    model: 'google/gemini-2.5-pro',
    input_price: '1.25',
    output_price: '10',
    cache: '0.31',
    prompt: 4000,
    answer: 900,
  },
  {
    weight: 8,
    model: 'deepseek/deepseek-chat',
    input_price: '0.27',
    output_price: '1.1',
    cache: '0.07',
    prompt: 1500,
    answer: 500,
  },
  {
    weight: 6,
    model: 'mistralai/mistral-small',
    input_price: '0.1',
    output_price: '0.3',
    cache: null,
    prompt: 1000,
    answer: 300,
  },
  {
    weight: 8,
    model: 'meta-llama/llama-3.3-70b-instruct:free',
    input_price: null,
    output_price: null,
    cache: null,
    prompt: 900,
    answer: 300,
  },
] as const;

/** Other services with the price of one unit. */
export const SERVICES = [
  { weight: 4, service: 'tts', model: 'openai/tts-1', unit: 'character', price: '0.000015', quantity: 600 },
  { weight: 4, service: 'stt', model: 'openai/whisper-1', unit: 'second', price: '0.0001', quantity: 240 },
  { weight: 5, service: 'search', model: 'center-deep/search', unit: 'query', price: '0.005', quantity: 1 },
  { weight: 2, service: 'agents', model: 'workflow/run', unit: 'execution', price: '0.01', quantity: 1 },
] as const;

/** Kinds of users: how many calls they make on a usual day, on weekends, and which plan they end up with. */
export const PERSONAS = [
  { weight: 40, kind: 'occasional', calls: 1.5, weekend: 0.6, other_services: 0.1, plan: null },
  { weight: 30, kind: 'regular', calls: 8, weekend: 0.25, other_services: 0.15, plan: 'starter' },
  { weight: 16, kind: 'heavy', calls: 30, weekend: 0.4, other_services: 0.2, plan: 'professional' },
  { weight: 12, kind: 'gone', calls: 3, weekend: 0.5, other_services: 0.1, plan: null },
  { weight: 2, kind: 'company', calls: 90, weekend: 0.2, other_services: 0.3, plan: 'enterprise' },
] as const;

export type Persona = (typeof PERSONAS)[number];
