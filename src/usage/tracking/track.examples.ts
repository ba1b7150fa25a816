/** Request examples in the API documentation, for tracking and CloudEvents. */

const COMPLETION = { service: 'openrouter', model: 'openai/gpt-4o-mini', input_tokens: 1200, output_tokens: 300 };
const SPEECH = { service: 'tts', model: 'openai/tts-1', quantity: '420', unit: 'character' };

export const TRACK_EXAMPLES = {
  'a completion, recorded only': { value: COMPLETION },
  'speech, recorded and charged once': { value: { ...SPEECH, charge: true, request_id: 'speech-8f3a' } },
  'finished work at a known cost, of a user': {
    value: { user_id: 'user-42', ...COMPLETION, cost: '0.002500', settle: true, request_id: 'req-8f3a' },
  },
};

const RECORDS = [
  { user_id: 'user-42', request_id: 'req-8f3b', ...COMPLETION },
  { user_id: 'user-43', request_id: 'req-8f3c', ...SPEECH },
];

export const BATCH_EXAMPLES = { 'an array': { value: RECORDS }, 'an object': { value: { records: RECORDS } } };

const EVENT = {
  specversion: '1.0',
  id: 'a-17',
  source: '/speech/tts-1',
  type: 'tts',
  subject: 'user-42',
  data: { model: 'openai/tts-1', quantity: '420', unit: 'character' },
};

export const EVENT_EXAMPLES = {
  'one event': { value: EVENT },
  'several events': { value: [EVENT, { ...EVENT, id: 'a-18', subject: 'user-43' }] },
};
