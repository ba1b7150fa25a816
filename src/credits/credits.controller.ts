import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { accountOf, type Actor } from '../platform/actor.js';
import { amount, units } from '../platform/values/amount.js';
import { download, fileName, ReturnsFile } from '../platform/export/download.js';
import { CurrentActor, Id, Problem, Requires, Returns } from '../platform/http/decorators.js';
import { answered, Idempotent, KeyHeader } from '../platform/http/idempotency-key.js';
import { AccountsService, balanceView } from './accounts/accounts.service.js';
import {
  AccountQuery,
  AllocateBody,
  BalanceQuery,
  BonusBody,
  CapBody,
  CheckQuery,
  CostBreakdownBody,
  DeductBody,
  ReadQuery,
  RefundBody,
  ResetBody,
  TransactionsExportQuery,
  TransactionsQuery,
} from './credits.dto.js';
import { BalanceView, CheckView, CostBreakdown, GrantView, MovementView, TransactionView } from './credits.views.js';
import { ReceiptView } from './ledger/receipt.views.js';
import { ReceiptsService } from './ledger/receipts.service.js';
import { bookedSource } from './grants/given-source.js';
import { type AdminResult, CreditsService } from './credits.service.js';
import { idempotencyKey } from './posting/idempotency.js';
import type { LedgerFilter } from './ledger/ledger.repository.js';
import { chargeDetails } from './posting/posting.js';
import { type Posted, PostingEngine } from './posting/posting.engine.js';

/** Balances, grants, charges and the ledger. */
@ApiTags('Credits')
@Controller('credits')
export class CreditsController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly credits: CreditsService,
    private readonly engine: PostingEngine,
    private readonly receipts: ReceiptsService,
  ) {}

  @Get('balance')
  @ApiOperation({
    summary: 'Get the balance',
    description:
      "The user's first request creates the account, with the trial credits. A read on behalf of another user does not, unless `provision=true`.",
  })
  @Requires('user', 'service', 'admin')
  @Returns(BalanceView)
  @Problem(404, 'not_found')
  getBalance(@CurrentActor() actor: Actor, @Query() query: BalanceQuery) {
    const { include_history, limit, provision } = query;
    return this.accounts.balance(actor, accountOf(actor, query.user_id), include_history ? limit : null, provision);
  }

  @Get('check')
  @ApiOperation({
    summary: 'Check whether an amount could be charged now',
    description: 'Advisory: nothing is reserved. Only a charge or a hold decides.',
  })
  @Requires('user', 'service', 'admin')
  @Returns(CheckView)
  @Problem(404, 'not_found')
  checkCredits(@CurrentActor() actor: Actor, @Query() query: CheckQuery) {
    return this.accounts.check(actor, accountOf(actor, query.user_id), query.amount, query.provision);
  }

  @Get('grants')
  @ApiOperation({ summary: 'List the live grants in burn order' })
  @Requires('user', 'service', 'admin')
  @Returns(GrantView, { list: true })
  @Problem(404, 'not_found')
  listGrants(@CurrentActor() actor: Actor, @Query() query: ReadQuery) {
    return this.accounts.grants(actor, accountOf(actor, query.user_id), query.provision);
  }

  @Get('transactions')
  @ApiOperation({
    summary: 'List the ledger, newest first',
    description: 'Follow `X-Next-Cursor`: paging by cursor is fast at any depth.',
  })
  @Requires('user', 'service', 'admin')
  @Returns(TransactionView, { list: true })
  @Problem(404, 'not_found')
  @Problem(422, 'invalid_request')
  listTransactions(@CurrentActor() actor: Actor, @Query() query: TransactionsQuery) {
    return this.accounts.transactions(actor, filterOf(actor, query), query);
  }

  @Get('transactions/export')
  @ApiOperation({
    summary: 'Export the ledger as a file, oldest line first',
    description: 'Streamed, without a size limit.',
  })
  @Requires('user', 'service', 'admin')
  @ReturnsFile(TransactionView)
  @Problem(404, 'not_found')
  async exportTransactions(@CurrentActor() actor: Actor, @Query() query: TransactionsExportQuery) {
    const sheet = await this.accounts.ledgerSheet(actor, filterOf(actor, query), query.provision);
    return download(sheet, query, fileName('transactions', query.date_from, query.date_to));
  }

  @Get('transactions/:id/receipt')
  @ApiOperation({ summary: 'Get the receipt of a ledger line' })
  @Requires('user', 'service', 'admin')
  @Returns(ReceiptView)
  @Problem(404, 'not_found')
  getReceipt(@CurrentActor() actor: Actor, @Id() id: string, @Query() query: AccountQuery) {
    return this.receipts.receipt(accountOf(actor, query.user_id), id);
  }

  @Post('allocate')
  @ApiOperation({
    summary: 'Add credits from a source',
    description: 'Debt is paid first. Without `source` the credits are a bonus.',
  })
  @Requires('admin')
  @Idempotent()
  @Returns(MovementView)
  @Problem(422, 'invalid_expiry')
  @Problem(403, 'account_closed')
  async allocateCredits(
    @CurrentActor() actor: Actor,
    @Body() body: AllocateBody,
    @KeyHeader() key: string | undefined,
  ) {
    const { user_id, reason, expires_at } = body;
    const { source, kept } = bookedSource(body.source);
    const metadata = { ...body.metadata, ...kept, ...(reason !== undefined && { reason }) };
    const details = { description: `Allocated (${body.source})`, metadata };
    const order = { user_id, source, expires_at, details, amount: units(body.amount) };
    return movementView(
      await this.credits.grant(actor, 'credit.allocate', {
        ...order,
        key: idempotencyKey(key, actor, 'allocate', body),
      }),
    );
  }

  @Post('bonus')
  @ApiOperation({ summary: 'Grant bonus credits in addition to the plan' })
  @Requires('admin')
  @Idempotent()
  @Returns(MovementView)
  @Problem(422, 'invalid_expiry')
  @Problem(403, 'account_closed')
  async grantBonus(@CurrentActor() actor: Actor, @Body() body: BonusBody, @KeyHeader() key: string | undefined) {
    const { user_id, reason, expires_at, metadata } = body;
    const details = { description: reason, metadata: { ...metadata, reason } };
    const order = { user_id, source: 'bonus' as const, expires_at, details, amount: units(body.amount) };
    return movementView(
      await this.credits.grant(actor, 'credit.bonus', { ...order, key: idempotencyKey(key, actor, 'bonus', body) }),
    );
  }

  @Post('deduct')
  @ApiOperation({ summary: 'Charge for work about to be done', description: 'Accepted or refused in one atomic step.' })
  @Requires('service', 'admin')
  @Idempotent()
  @Returns(MovementView)
  @Problem(402, 'insufficient_credits', 'credits_on_hold', 'monthly_cap_exceeded')
  @Problem(403, 'forbidden', 'account_suspended', 'account_closed')
  async deductCredits(@CurrentActor() actor: Actor, @Body() body: DeductBody, @KeyHeader() key: string | undefined) {
    const details = chargeDetails({ ...body, cost_breakdown: wholeBreakdown(body.cost_breakdown) });
    const charge = { user_id: body.user_id, amount: units(body.amount), details };
    return movementView(
      await this.engine.deduct(actor, { ...charge, key: idempotencyKey(key, actor, 'deduct', body) }),
    );
  }

  @Post('refund')
  @ApiOperation({
    summary: 'Refund credits',
    description: 'With `transaction_id`, at most the part of the charge that has not been refunded yet.',
  })
  @Requires('admin')
  @Idempotent()
  @ApiBody({
    type: RefundBody,
    examples: {
      goodwill: { value: { user_id: 'user-42', amount: '1.00', reason: 'Goodwill' } },
      'a charge': {
        value: {
          ...{ user_id: 'user-42', amount: '0.25', reason: 'The answer was cut off' },
          transaction_id: '0198c0de-0000-7000-8000-000000000000',
        },
      },
    },
  })
  @Returns(MovementView)
  @Problem(404, 'not_found')
  @Problem(409, 'idempotency_conflict', 'refund_exceeds_charge')
  @Problem(422, 'not_a_charge')
  @Problem(403, 'account_closed')
  async refundCredits(@CurrentActor() actor: Actor, @Body() body: RefundBody, @KeyHeader() key: string | undefined) {
    const order = { ...body, transaction_id: body.transaction_id ?? undefined, amount: units(body.amount) };
    return movementView(
      await this.credits.refund(actor, { ...order, key: idempotencyKey(key, actor, 'refund', body) }),
    );
  }

  @Post('reset')
  @ApiOperation({
    summary: 'Start a new period now',
    description: "Unspent plan credits lapse and the tier's monthly credits are granted.",
  })
  @Requires('admin')
  @Idempotent()
  @Returns(BalanceView)
  @Problem(404, 'not_found')
  @Problem(403, 'account_closed')
  async resetCredits(@CurrentActor() actor: Actor, @Body() body: ResetBody, @KeyHeader() key: string | undefined) {
    return respond(
      await this.credits.reset(actor, body.user_id, body.new_tier, idempotencyKey(key, actor, 'reset', body)),
    );
  }

  @Post('cap')
  @ApiOperation({
    summary: "Set an account's monthly cap",
    description: '`null` means unlimited. Without `monthly_cap`, the cap follows the tier again.',
  })
  @Requires('admin')
  @Idempotent()
  @Returns(BalanceView)
  @Problem(403, 'account_closed')
  async setMonthlyCap(@CurrentActor() actor: Actor, @Body() body: CapBody, @KeyHeader() key: string | undefined) {
    return respond(
      await this.credits.setCap(actor, body.user_id, body.monthly_cap, idempotencyKey(key, actor, 'cap', body)),
    );
  }
}

/** Returns the ledger filter of a query. */
export function filterOf(actor: Actor, query: TransactionsExportQuery | TransactionsQuery): LedgerFilter {
  const { service, search, date_from, date_to, transaction_type = query.type } = query;
  return { user_id: accountOf(actor, query.user_id), transaction_type, service, search, date_from, date_to };
}

/** Returns the cost breakdown with its total, which defaults to the sum. */
function wholeBreakdown(given: CostBreakdownBody | undefined): CostBreakdown | undefined {
  if (!given) return undefined;
  const { provider_cost, markup, total = amount(units(provider_cost) + units(markup)) } = given;
  return { provider_cost, markup, total };
}

/** Builds the response: the account with the ledger line. A replay returns the original line. */
function movementView({ account, line, replayed }: Posted) {
  const { id: transaction_id, amount, balance_after } = line;
  return answered({ ...balanceView(account), transaction_id, amount, balance_after }, replayed);
}

const respond = ({ account, replayed }: AdminResult) => answered(balanceView(account), replayed);
