/** Request examples of batches of charges in the API documentation. */

const RECORDS = [
  { user_id: 'user-42', amount: '0.25', service: 'tts', idempotency_key: 'job-8f3a' },
  {
    user_id: 'user-43',
    amount: '0.0022',
    service: 'openrouter',
    model: 'openai/gpt-4o-mini',
    cost_breakdown: { provider_cost: '0.002', markup: '0.0002' },
    idempotency_key: 'job-8f3b',
  },
];

export const DEDUCT_BATCH_EXAMPLES = { 'an array': { value: RECORDS }, 'an object': { value: { records: RECORDS } } };
