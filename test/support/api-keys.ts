import type { Json, TestEnv } from './factories.js';

/** An API key as its creator gets it. */
export type MadeKey = Json & { id: string; key: string; start: string; user_id: string };

/** Creates an API key, as an admin unless a token is given. */
export async function apiKey(w: TestEnv, body: object, token = w.admin): Promise<MadeKey> {
  return (await w.done('api-keys', { name: 'A key', ...body }, { token })) as MadeKey;
}
