import { createHmac } from 'node:crypto';

/** Bytes of the digest that decide; a number of 48 bits is exact in JavaScript. */
const DIGEST_BYTES = 6;

/**
 * Returns the arm of a user: HMAC-SHA256 of the user id, keyed with the key of the experiment, spread over the weights. It
 * is always the same for a user and an experiment, and independent of the user's arms in other experiments.
 */
export function armOf<Arm extends { weight: number }>(arms: readonly Arm[], experiment: string, user_id: string): Arm {
  const digest = createHmac('sha256', experiment).update(user_id).digest().readUIntBE(0, DIGEST_BYTES);
  const total = arms.reduce((sum, { weight }) => sum + weight, 0);
  let rest = (digest / 2 ** (8 * DIGEST_BYTES)) * total;
  const found = arms.find(({ weight }) => (rest -= weight) < 0);
  if (!found) throw new Error(`experiment ${experiment} has no arms`);
  return found;
}
