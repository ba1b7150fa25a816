/**
 * The least that a gateway with exact holds can do: Node's own HTTP server, no token, no validation, no prices. A call is one
 * statement that holds credits (asynchronous commit), the call at the provider, and one statement that charges, records
 * the event and ends the hold (waits for the disk). The tables have no index but their keys. What `bench/gateway.ts`
 * measures beyond it is the work of Tollgate; the rest is the machine: processes that wake each other, and the disk.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import pg from 'pg';
import { Agent, request } from 'undici';
import { USER_PREFIX, USERS } from './accounts.ts';

const SCHEMA = `
CREATE TABLE IF NOT EXISTS bare_accounts (user_id text PRIMARY KEY, balance numeric, held numeric) WITH (fillfactor = 50);
CREATE TABLE IF NOT EXISTS bare_holds (id uuid PRIMARY KEY, user_id text, amount numeric);
CREATE TABLE IF NOT EXISTS bare_lines (id uuid PRIMARY KEY, user_id text, amount numeric, balance_after numeric);
CREATE TABLE IF NOT EXISTS bare_events (id uuid PRIMARY KEY, user_id text, model text, tokens int, cost numeric);
INSERT INTO bare_accounts SELECT '${USER_PREFIX}' || n, 1000000, 0 FROM generate_series(0, ${USERS - 1}) AS n`;

const HOLD = {
  name: 'bare_hold',
  text: `
    WITH held AS (
      UPDATE bare_accounts SET held = held + $2
      FROM (SELECT set_config('synchronous_commit', 'off', true)) AS later
      WHERE user_id = $1 AND balance - held >= $2 RETURNING user_id
    )
    INSERT INTO bare_holds SELECT $3::uuid, user_id, $2 FROM held`,
};
const CAPTURE = {
  name: 'bare_capture',
  text: `
    WITH ended AS (
      DELETE FROM bare_holds WHERE id = $1 RETURNING user_id, amount
    ), charged AS (
      UPDATE bare_accounts a SET balance = balance - $2::numeric, held = held - e.amount
      FROM ended e WHERE a.user_id = e.user_id RETURNING a.user_id, a.balance
    ), line AS (
      INSERT INTO bare_lines SELECT $3::uuid, user_id, -$2::numeric, balance FROM charged
    )
    INSERT INTO bare_events SELECT $4::uuid, user_id, $5, $6, $2::numeric FROM charged`,
};

const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 16 });
const agent = new Agent({ connections: 64 });
const provider = `${process.env['OPENROUTER_BASE_URL'] ?? ''}/chat/completions`;
const authorization = `Bearer ${process.env['OPENROUTER_API_KEY'] ?? ''}`;

await pool.query(SCHEMA);
createServer((incoming, answer) => {
  if (incoming.url === '/health/ready') answer.end();
  else void serve(incoming, answer).catch((error: unknown) => answer.writeHead(500).end(String(error)));
}).listen(Number(process.env['PORT']), '127.0.0.1');
process.on('SIGTERM', () => process.exit());

async function serve(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
  const user_id = new URL(incoming.url ?? '', 'http://localhost').searchParams.get('user_id');
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const hold_id = randomUUID();
  await pool.query({ ...HOLD, values: [user_id, '0.01', hold_id] });
  const { statusCode, headers, body } = await request(provider, {
    method: 'POST',
    dispatcher: agent,
    headers: { authorization, 'content-type': 'application/json' },
    body: Buffer.concat(chunks),
  });
  const type = String(headers['content-type']);
  answer.writeHead(statusCode, { 'content-type': type });
  const isStream = type.includes('event-stream');
  let text = '';
  for await (const chunk of body as AsyncIterable<Buffer>) {
    text += chunk.toString();
    if (isStream && !text.endsWith('[DONE]\n\n')) answer.write(chunk);
  }
  const tokens = Number(/"total_tokens":\s*(\d+)/.exec(text)?.[1] ?? 0);
  await pool.query({ ...CAPTURE, values: [hold_id, '0.0001', randomUUID(), randomUUID(), 'model', tokens] });
  answer.end(isStream ? 'data: [DONE]\n\n' : text);
}
