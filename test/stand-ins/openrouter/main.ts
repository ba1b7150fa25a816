/**
 * The stand-in as a separate process: `npm run stand-in`, on another port with `-- --port 4011`. Tollgate is pointed at
 * it with OPENROUTER_BASE_URL. Behaviour over HTTP: `PUT /stand-in/behaviour`, `POST /stand-in/next/chat/completions`,
 * both with a body such as `{"error_after": 3}`; `GET /stand-in` shows the received calls; `DELETE /stand-in` resets
 * it.
 */
import { parseArgs } from 'node:util';
import { OpenRouterStandIn } from './server.ts';

const { values } = parseArgs({ options: { port: { type: 'string', default: '4010' } } });
const standIn = await OpenRouterStandIn.start(Number(values.port));
process.stdout.write(`
A stand-in of OpenRouter listens. It answers with the words that it is asked, and bills nobody. Start the service with it:

OPENROUTER_BASE_URL=${standIn.base_url} OPENROUTER_API_KEY=sk-or-v1-stand-in-key npm start

`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void standIn.stop());
