import { MODELS, SERVICES } from './catalogue.ts';
import type { Person } from './people.ts';
import type { Random } from './random.ts';

/** A record of POST /credits/usage/track/batch. */
export type TrackRecord = Record<string, unknown>;

let calls = 0;

/** Returns a call that a user makes at `at`: mostly a completion, sometimes another service. */
export function callOf(random: Random, { user_id, persona }: Person, at: Date): TrackRecord {
  calls += 1;
  const session_id = `${user_id}-${at.toISOString().slice(0, 13)}-${String(random.whole(1, 3))}`;
  const common = {
    user_id,
    request_id: `demo-${String(calls)}`,
    session_id,
    charge: true,
    occurred_at: at.toISOString(),
  };
  if (random.isTrue(persona.other_services)) {
    const { service, model, unit, quantity } = random.weighted(SERVICES);
    return { ...common, service, model, unit, quantity: String(quantity === 1 ? 1 : random.size(quantity)) };
  }
  const { model, cache, prompt, answer } = random.weighted(MODELS);
  const [input, output] = [random.size(prompt), random.size(answer)];
  const cached = cache !== null && random.isTrue(0.4) ? Math.floor(input * 0.6) : 0;
  const succeeded = !random.isTrue(0.015);
  return {
    ...common,
    service: 'openrouter',
    model,
    succeeded,
    duration_seconds: (0.4 + output / 90).toFixed(3),
    input_tokens: input - cached,
    cache_read_tokens: cached,
    output_tokens: succeeded ? output : 0,
  };
}
