import { TokenSigner } from '../auth/token-signer.js';
import { DEMO_USERS, demoToken } from './demo.js';
import type { Service } from './serve.js';

/**
 * Returns the text printed at startup. It contains tokens only in development, where only this machine reaches the
 * service.
 */
export async function banner({ app, url, config }: Service): Promise<string> {
  const places = [`Tollgate listens on ${url}`, `Swagger UI:  ${url}/docs`, `OpenAPI:     ${url}/openapi.json`];
  if (!config.is_development) return `${places.join('\n')}\n`;
  const signer = app.get(TokenSigner);
  const admin = await demoToken(signer, 'admin');
  const user = await demoToken(signer, 'user');
  const api = `${url}${config.base_path}`;
  const charge = JSON.stringify({
    user_id: DEMO_USERS.user,
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

User token (${DEMO_USERS.user}):
${user}

Try:
curl -s '${api}/credits/balance' -H 'Authorization: Bearer ${user}'

curl -s -X POST '${api}/credits/deduct' -H 'Authorization: Bearer ${admin}' -H 'Idempotency-Key: first-call' -H 'Content-Type: application/json' -d '${charge}'

curl -s '${api}/credits/transactions?limit=5' -H 'Authorization: Bearer ${user}'

`;
}
