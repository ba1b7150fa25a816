import { TokenSigner } from '../auth/token-signer.js';
import type { Service } from './serve.js';

const TOKEN_TTL_S = 7 * 24 * 60 * 60;
const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);
const DEMO_USER = 'demo-user';

/**
 * Returns the text printed at startup. It contains tokens only with the embedded database, which is reachable only from
 * this machine.
 */
export async function banner({ app, url, is_embedded, config }: Service): Promise<string> {
  const places = [`Tollgate listens on ${url}`, `Swagger UI:  ${url}/docs`, `OpenAPI:     ${url}/openapi.json`];
  if (!is_embedded || config.env === 'production' || !LOOPBACK.has(config.host)) return `${places.join('\n')}\n`;
  const signer = app.get(TokenSigner);
  const admin = await signer.signToken({ user_id: 'demo-admin', roles: ['admin'], ttl_s: TOKEN_TTL_S });
  const user = await signer.signToken({ user_id: DEMO_USER, roles: ['user'], ttl_s: TOKEN_TTL_S });
  const api = `${url}${config.base_path}`;
  const charge = JSON.stringify({
    user_id: DEMO_USER,
    amount: '0.25',
    service: 'openrouter',
    model: 'openai/gpt-4o-mini',
  });
  return `
${places.join('\n')}

Development mode: embedded PostgreSQL in ${config.database.data_dir}, reachable from this machine only. These tokens
are good for seven days; paste one into Swagger UI's Authorize. Never run production like this.

Admin token:
${admin}

User token (${DEMO_USER}):
${user}

Try:
curl -s '${api}/credits/balance' -H 'Authorization: Bearer ${user}'

curl -s -X POST '${api}/credits/deduct' -H 'Authorization: Bearer ${admin}' -H 'Idempotency-Key: first-call' -H 'Content-Type: application/json' -d '${charge}'

curl -s '${api}/credits/transactions?limit=5' -H 'Authorization: Bearer ${user}'

`;
}
