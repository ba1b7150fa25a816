import { describe, expect, it } from '@jest/globals';
import { isOfTheKey, upstreamError } from './upstream-error.js';

const refusal = (status: number, message: string, metadata?: object) => ({
  status,
  retry_after_s: null,
  text: JSON.stringify({ error: { code: status, message, metadata } }),
});
const MODERATED = refusal(403, 'Input was flagged by moderation', {
  reasons: ['x'],
  flagged_input: 'my key, my credits',
});
const LIMITED = refusal(403, 'Key limit exceeded (total limit). Manage it using https://openrouter.ai/settings/keys');
const UNPAID = refusal(429, 'Rate limit exceeded: free-models-per-day. Add 10 credits to unlock 1000 free requests');
const BUSY = refusal(429, 'Provider returned error', { raw: 'temporarily rate-limited upstream' });

describe('a refusal of the provider', () => {
  it('is about the key when no call could succeed with it', () => {
    expect([refusal(401, 'User not found.'), refusal(402, 'x'), LIMITED, UNPAID].map(isOfTheKey)).not.toContain(false);
    expect([MODERATED, BUSY, refusal(400, 'bad key'), refusal(502, 'x')].map(isOfTheKey)).not.toContain(true);
  });

  it("does not mention the platform's own account", () => {
    for (const refused of [refusal(401, 'x'), refusal(402, 'Add credits at openrouter.ai'), LIMITED, UNPAID]) {
      const error = upstreamError(refused, false);
      expect(error).toMatchObject({ kind: 'unavailable', code: 'provider_unavailable', extra: {} });
      expect(error.message + JSON.stringify(error.extra)).not.toMatch(/openrouter|credits|key/i);
    }
  });

  it("passes on the provider's message about the user's own account and says that it is theirs", () => {
    const limited = upstreamError(LIMITED, true);
    expect(limited).toMatchObject({
      status: 403,
      message: expect.stringMatching(/^OpenRouter reports for your own key: Key/),
    });
    expect(upstreamError(refusal(401, 'No'), true)).toMatchObject({
      kind: 'forbidden',
      code: 'openrouter_key_refused',
    });
  });

  it('is passed on unchanged if it is about the call itself', () => {
    expect(upstreamError(MODERATED, false)).toMatchObject({
      status: 403,
      message: 'Input was flagged by moderation',
      extra: { provider_code: 403, metadata: { reasons: ['x'], flagged_input: 'my key, my credits' } },
    });
    expect(upstreamError(BUSY, false)).toMatchObject({ status: 429, message: 'Provider returned error' });
  });

  it('never shows a key, and tolerates bodies without an error', () => {
    const key = 'sk-or-v1-0123456789abcdef';
    const shown = upstreamError(refusal(400, `Bad ${key}`, { raw: [`Bearer ${key}`] }), true);
    expect(shown.message + JSON.stringify(shown.extra)).not.toContain('0123456789');
    for (const text of ['', 'null', '{"error":null}', '{"error":"x"}', '<html>', '[]']) {
      expect(upstreamError({ status: 500, retry_after_s: null, text }, false).message).toContain('with status 500');
    }
  });
});
