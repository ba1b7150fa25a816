/**
 * What Tollgate is compared with: the same deduction as it is usually written, one transaction or one statement for each
 * request. It is Tollgate's own application (same HTTP framework, token check, validation and view) with two more
 * routes, so that nothing but the way of posting differs. Decorators are applied by hand, for Node strips types only.
 */
import { createHash, randomBytes } from 'node:crypto';
import path from 'node:path';
import { Body, Controller, Module, Post } from '@nestjs/common';
import type * as AppSetup from '../src/app/setup.ts';
import type * as AccountsService from '../src/credits/accounts/accounts.service.ts';
import type * as CreditsDto from '../src/credits/credits.dto.ts';
import type * as CreditsViews from '../src/credits/credits.views.ts';
import type { UserCreditsRow } from '../src/generated/rows.ts';
import type { Actor } from '../src/platform/actor.ts';
import type * as ConfigFile from '../src/platform/config/config.ts';
import type * as DatabaseFile from '../src/platform/database/database.ts';
import type * as Errors from '../src/platform/errors.ts';
import type * as Decorators from '../src/platform/http/decorators.ts';
import type * as KeyDecorators from '../src/platform/http/idempotency-key.ts';
import type * as WireFile from '../src/platform/values/wire.ts';
import { ROOT } from './processes.ts';

const fromDist = (module: string): Promise<unknown> => import(path.join(ROOT, 'dist', module));
const { createApp } = (await fromDist('app/setup.js')) as typeof AppSetup;
const { balanceView } = (await fromDist('credits/accounts/accounts.service.js')) as typeof AccountsService;
const { DeductBody } = (await fromDist('credits/credits.dto.js')) as typeof CreditsDto;
const { MovementView } = (await fromDist('credits/credits.views.js')) as typeof CreditsViews;
const { loadConfig } = (await fromDist('platform/config/config.js')) as typeof ConfigFile;
const { Database } = (await fromDist('platform/database/database.js')) as typeof DatabaseFile;
const { DomainError } = (await fromDist('platform/errors.js')) as typeof Errors;
const { CurrentActor, Requires, Returns } = (await fromDist('platform/http/decorators.js')) as typeof Decorators;
const { KeyHeader } = (await fromDist('platform/http/idempotency-key.js')) as typeof KeyDecorators;
const { wire } = (await fromDist('platform/values/wire.js')) as typeof WireFile;

type Charge = CreditsDto.DeductBody;

const ONE_STATEMENT = `
WITH charged AS (
  UPDATE user_credits SET balance = balance - $2, used_this_period = used_this_period + $2, last_updated = clock_timestamp()
  WHERE user_id = $1 AND debt = 0 AND due_at > clock_timestamp() AND balance - held - capped >= $2
  RETURNING *
), line AS (
  INSERT INTO credit_transactions (id, user_id, amount, balance_after, transaction_type, service, model, description,
    metadata, actor, request_id, created_at)
  SELECT uuidv7(), user_id, -$2::numeric, balance, 'usage', $3, $4, $5, $6, $7, $8, last_updated FROM charged
  RETURNING id
), key AS (
  INSERT INTO idempotency_keys (user_id, idempotency_key, request_hash, resource_id)
  SELECT $1, $9, $10, id FROM line
)
SELECT charged.*, line.id AS line_id FROM charged, line`;

/** Two usual ways to charge an account. Both need an Idempotency-Key. */
class NaiveController {
  private readonly db: DatabaseFile.Database;

  constructor(db: DatabaseFile.Database) {
    this.db = db;
  }

  /** The idiomatic one: an interactive transaction with one model call for each step. */
  prisma(actor: Actor, body: Charge, key: string): Promise<object> {
    const { user_id, amount } = body;
    return this.db.prisma.$transaction(async (tx) => {
      const found = await tx.user_credits.findUniqueOrThrow({ where: { user_id } });
      if (found.balance.minus(found.held).minus(found.capped).lessThan(amount)) throw tooLittle();
      const account = await tx.user_credits.update({
        where: { user_id },
        data: { balance: { decrement: amount }, used_this_period: { increment: amount }, last_updated: new Date() },
      });
      const { service, model = null, metadata = {} } = body;
      const line = await tx.credit_transactions.create({
        data: {
          id: uuid7(),
          user_id,
          transaction_type: 'usage',
          service,
          model,
          description: describe(body),
          amount: `-${amount}`,
          balance_after: account.balance,
          created_at: new Date(),
          metadata: metadata as Record<string, string>,
          actor: actor.user_id,
          request_id: actor.request_id,
        },
      });
      await tx.idempotency_keys.create({
        data: { user_id, idempotency_key: key, request_hash: hashOf(body), resource_id: line.id },
      });
      return movement(wire(account), line.id, amount);
    });
  }

  /** The same as one prepared statement. */
  async statement(actor: Actor, body: Charge, key: string): Promise<object> {
    const { user_id, amount, service, model = null, metadata = {} } = body;
    const [row] = await this.db.statement<UserCreditsRow & { line_id: string }>('naive', ONE_STATEMENT, [
      user_id,
      amount,
      service,
      model,
      describe(body),
      JSON.stringify(metadata),
      actor.user_id,
      actor.request_id,
      key,
      hashOf(body),
    ]);
    if (!row) throw tooLittle();
    const { line_id, ...account } = row;
    return movement(account, line_id, amount);
  }
}

Controller('naive')(NaiveController);
Reflect.defineMetadata('design:paramtypes', [Database], NaiveController);
for (const name of ['prisma', 'statement'] as const) {
  const { prototype } = NaiveController;
  const method = Object.getOwnPropertyDescriptor(prototype, name);
  Reflect.decorate([Post(name), Requires('charge', 'service'), Returns(MovementView)], prototype, name, method);
  CurrentActor()(prototype, name, 0);
  Body()(prototype, name, 1);
  KeyHeader()(prototype, name, 2);
  Reflect.defineMetadata('design:paramtypes', [Object, DeductBody, String], prototype, name);
}

class NaiveModule {
  readonly name = 'naive';
}
Module({ controllers: [NaiveController] })(NaiveModule);

const app = await createApp(loadConfig(), [NaiveModule]);
await app.listen(Number(process.env['PORT']), '127.0.0.1');
process.once('SIGTERM', () => void app.close().then(() => process.exit(0)));

function movement(account: UserCreditsRow, transaction_id: string, amount: string): object {
  return { ...balanceView(account), transaction_id, amount: `-${amount}`, balance_after: account.balance };
}

const describe = ({ service, model }: Charge): string => (model ? `${service}: ${model}` : service);

const hashOf = (body: Charge): string => createHash('sha256').update(JSON.stringify(body)).digest('hex');

const tooLittle = (): Errors.DomainError =>
  new DomainError('payment_required', 'insufficient_credits', 'Too few credits.');

function uuid7(): string {
  const hex = Date.now().toString(16).padStart(12, '0') + randomBytes(10).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
