import { createApp } from '../../dist/app/setup.js';
import { balanceView } from '../../dist/credits/accounts/accounts.service.js';
import { idempotencyKey } from '../../dist/credits/posting/idempotency.js';
import { PostingEngine } from '../../dist/credits/posting/posting.engine.js';
import { units } from '../../dist/platform/values/amount.js';
import { loadConfig } from '../../dist/platform/config/config.js';
import { DomainError } from '../../dist/platform/errors.js';
import { toWire } from '../../dist/platform/http/view.js';
import { MovementView } from '../../dist/credits/credits.views.js';

// The built service as a process of its own, with one more route: finished work is settled by the engine's other
// callers only. Tells its address to the parent and ends with it.
const app = await createApp(loadConfig());
const engine = app.get(PostingEngine);

app
  .getHttpAdapter()
  .getInstance()
  .post('/settle', async ({ body, headers, id }, reply) => {
    const actor = { user_id: 'agreement', roles: ['service'], request_id: id, ip: null };
    const charge = { user_id: body.user_id, amount: units(body.amount), details: { service: body.service } };
    try {
      const key = idempotencyKey(headers['idempotency-key'], actor, 'settle', body);
      const { account, line, replayed } = await engine.settle(actor, { ...charge, key });
      if (replayed) reply.header('Idempotency-Hit', 'true');
      const { id: transaction_id, amount, balance_after } = line;
      return toWire(MovementView, { ...balanceView(account), transaction_id, amount, balance_after });
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return reply.code(error.kind === 'conflict' ? 409 : 500).send({ code: error.code, detail: error.message });
    }
  });

process.once('disconnect', () => void app.close().then(() => process.exit()));
await app.listen({ port: 0, host: '127.0.0.1' });
process.send(await app.getUrl());
