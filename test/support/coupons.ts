import type { Answer } from './app.js';
import type { Json, JsonAnswer, TestEnv } from './factories.js';

/** Coupon operations of an admin, for tests. */
export function couponsOf(env: () => TestEnv) {
  let made = 0;
  const redeem = (user_id: string, code: string, more: object = {}, key?: string): Promise<JsonAnswer> =>
    env().post('credits/coupons/redeem', { user_id, code, ...more }, key === undefined ? {} : { key });
  return {
    redeem,
    /** Creates a coupon, by default for 10 credits. */
    coupon: async (terms: object = {}): Promise<Json & { code: string }> => {
      made += 1;
      const body = { coupon_type: 'credit_bonus', value: 10, code: `CODE-${made}`, ...terms };
      return (await env().done('credits/coupons/create', body)) as Json & { code: string };
    },
    /** Redeems a coupon and asserts success. */
    redeemed: async (user_id: string, code: string): Promise<Json> => {
      const answer = await redeem(user_id, code);
      if (answer.status !== 200) throw new Error(`redeem ${code}: ${answer.text}`);
      return answer.body;
    },
    validate: async (user_id: string, code: string): Promise<Json> =>
      (await env().get(`credits/coupons/validate/${code}`, { user_id })).body,
    show: async (code: string): Promise<Json> => (await env().get(`credits/coupons/${code}`)).body,
    remove: (code: string): Promise<Answer> =>
      env().t.call(`credits/coupons/${code}`, { method: 'DELETE', token: env().admin }),
  };
}
