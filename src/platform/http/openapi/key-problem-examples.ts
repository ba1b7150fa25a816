import type { ProblemExample } from './problem-example.js';

/** Examples of the errors about API keys. */
export const KEY_PROBLEM_EXAMPLES: Record<string, ProblemExample> = {
  key_expired: { detail: 'The API key Notebook has expired. Create a new one.' },
  key_revoked: { detail: 'The API key is revoked. Create a new one.' },
  key_rotated: {
    detail: 'This secret of the API key Notebook was replaced. Use the one that starts with tg_live_4fRt.',
    start: 'tg_live_4fRt',
  },
  key_paused: {
    detail: 'The API key Notebook is paused: Found in a public repository',
    paused_reason: 'Found in a public repository',
  },
  key_address_not_allowed: {
    detail: 'The API key Notebook cannot be used from the address 198.51.100.4.',
    address: '198.51.100.4',
  },
  key_service_not_allowed: {
    detail: 'The API key is not allowed for the service tts, only for chat.',
    service: 'tts',
    instance: '/api/v1/credits/deduct',
  },
  key_model_not_allowed: {
    detail: 'The API key is not allowed to use the model openai/gpt-5-pro. Use another model, or a key that allows it.',
    model: 'openai/gpt-5-pro',
    instance: '/api/v1/chat/completions',
  },
  key_exceeds_creator: {
    detail: 'A key can do no more than the credential that creates or changes it; scopes goes beyond.',
    field: 'scopes',
    instance: '/api/v1/api-keys',
  },
};
