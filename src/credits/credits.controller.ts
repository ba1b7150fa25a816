import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiBody, ApiExtraModels, ApiOperation, ApiTags } from '@nestjs/swagger';
import { accountOf, type Actor } from '../platform/actor.js';
import { download, fileName, ReturnsFile } from '../platform/export/download.js';
import { AcceptBody } from '../platform/http/bodies/bodies.js';
import { batchDoc, RECORDS_MAX_BYTES, recordsOf } from '../platform/http/bodies/records.js';
import { checkEach } from '../platform/http/bodies/validation.js';
import { CurrentActor, Id, Problem, Requires, Returns } from '../platform/http/decorators.js';
import { answered, Idempotent, KeyHeader } from '../platform/http/idempotency-key.js';
import { AccountsService } from './accounts/accounts.service.js';
import {
  AccountQuery,
  AllocateBody,
  BalanceQuery,
  BonusBody,
  CapBody,
  CheckQuery,
  DeductBody,
  DeductRecord,
  ReadQuery,
  RefundBody,
  ResetBody,
  TransactionsExportQuery,
  TransactionsQuery,
} from './credits.dto.js';
import { BalanceView, CheckView, DeductResultView, GrantView, MovementView, TransactionView } from './credits.views.js';
import { deductResults } from './deduct-results.js';
import { DEDUCT_BATCH_EXAMPLES } from './deduct.examples.js';
import { ReceiptView } from './ledger/receipt.views.js';
import { ReceiptsService } from './ledger/receipts.service.js';
import { filterOf } from './ledger/ledger-query.js';
import { CreditCheck } from './credit-check.service.js';
import { CreditOrders } from './credit-orders.service.js';
import { assertScope } from '../platform/scopes.js';

/** Balances, grants, charges and the ledger. */
@ApiTags('Credits')
@ApiExtraModels(DeductRecord)
@Controller('credits')
export class CreditsController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly checks: CreditCheck,
    private readonly orders: CreditOrders,
    private readonly receipts: ReceiptsService,
  ) {}

  @Get('balance')
  @ApiOperation({
    summary: 'Get the balance',
    description:
      "The user's first request creates the account, with the trial credits. A read on behalf of another user does not, unless `provision=true`.",
  })
  @Requires('balance:read', 'user', 'service', 'admin')
  @Returns(BalanceView)
  @Problem(404, 'not_found')
  getBalance(@CurrentActor() actor: Actor, @Query() query: BalanceQuery) {
    const { include_history, limit, provision } = query;
    if (include_history) assertScope(actor, 'credits:read');
    return this.accounts.balance(actor, accountOf(actor, query.user_id), include_history ? limit : null, provision);
  }

  @Get('check')
  @ApiOperation({
    summary: 'Check whether an amount could be charged now',
    description:
      'Advisory: nothing is reserved. Only a charge or a hold decides. Budgets of services, models and tags are left out, because they depend on the work.',
  })
  @Requires('balance:read', 'user', 'service', 'admin')
  @Returns(CheckView)
  @Problem(404, 'not_found')
  checkCredits(@CurrentActor() actor: Actor, @Query() query: CheckQuery) {
    return this.checks.check(actor, accountOf(actor, query.user_id), query.amount, query.provision);
  }

  @Get('grants')
  @ApiOperation({ summary: 'List the live grants in burn order' })
  @Requires('balance:read', 'user', 'service', 'admin')
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
  @Requires('credits:read', 'user', 'service', 'admin')
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
  @Requires('credits:read', 'user', 'service', 'admin')
  @ReturnsFile(TransactionView)
  @Problem(404, 'not_found')
  async exportTransactions(@CurrentActor() actor: Actor, @Query() query: TransactionsExportQuery) {
    const sheet = await this.accounts.ledgerSheet(actor, filterOf(actor, query), query.provision);
    return download(sheet, query, fileName('transactions', query.date_from, query.date_to));
  }

  @Get('transactions/:id/receipt')
  @ApiOperation({ summary: 'Get the receipt of a ledger line' })
  @Requires('credits:read', 'user', 'service', 'admin')
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
  @Requires('admin:*', 'admin')
  @Idempotent()
  @Returns(MovementView)
  @Problem(422, 'invalid_expiry')
  @Problem(403, 'account_closed')
  async allocateCredits(
    @CurrentActor() actor: Actor,
    @Body() body: AllocateBody,
    @KeyHeader() key: string | undefined,
  ) {
    return answered(await this.orders.allocate(actor, body, key));
  }

  @Post('bonus')
  @ApiOperation({ summary: 'Grant bonus credits in addition to the plan' })
  @Requires('admin:*', 'admin')
  @Idempotent()
  @Returns(MovementView)
  @Problem(422, 'invalid_expiry')
  @Problem(403, 'account_closed')
  async grantBonus(@CurrentActor() actor: Actor, @Body() body: BonusBody, @KeyHeader() key: string | undefined) {
    return answered(await this.orders.bonus(actor, body, key));
  }

  @Post('deduct')
  @ApiOperation({ summary: 'Charge for work about to be done', description: 'Accepted or refused in one atomic step.' })
  @Requires('charge', 'service', 'admin')
  @Idempotent()
  @Returns(MovementView)
  @Problem(402, 'insufficient_credits', 'credits_on_hold', 'monthly_cap_exceeded', 'budget_exceeded')
  @Problem(403, 'forbidden', 'account_suspended', 'account_closed')
  @Problem(403, 'key_service_not_allowed', 'key_model_not_allowed', 'member_model_not_allowed')
  @Problem(404, 'not_found')
  async deductCredits(@CurrentActor() actor: Actor, @Body() body: DeductBody, @KeyHeader() key: string | undefined) {
    return answered(await this.orders.deduct(actor, body, key));
  }

  @Post('deduct/batch')
  @ApiBody({ schema: batchDoc(DeductRecord), examples: DEDUCT_BATCH_EXAMPLES })
  @ApiOperation({
    summary: 'Charge for up to 1000 pieces of work',
    description:
      'Each record is charged or refused independently, as `POST /credits/deduct` would do it; records of one account are booked in the order of the list. Safe to repeat as a whole: each record has its own `idempotency_key`, and the header `Idempotency-Key` is not used. 503 only if nothing was charged.',
  })
  @Requires('charge', 'service', 'admin')
  @AcceptBody({ max_bytes: RECORDS_MAX_BYTES })
  @Returns(DeductResultView, { list: true })
  @Problem(422, 'invalid_request')
  async deductCreditsBatch(@CurrentActor() actor: Actor, @Body() body: unknown) {
    const records = await checkEach(DeductRecord, recordsOf(body));
    return deductResults(await this.orders.deductAll(actor, records));
  }

  @Post('refund')
  @ApiOperation({
    summary: 'Refund credits',
    description: 'With `transaction_id`, at most the part of the charge that has not been refunded yet.',
  })
  @Requires('admin:*', 'admin')
  @Idempotent()
  @ApiBody({
    type: RefundBody,
    examples: {
      goodwill: { value: { user_id: 'user-42', amount: '1.00', reason: 'Goodwill' } },
      'a charge': {
        value: {
          user_id: 'user-42',
          amount: '0.25',
          reason: 'The answer was cut off',
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
    return answered(await this.orders.refund(actor, body, key));
  }

  @Post('reset')
  @ApiOperation({
    summary: 'Start a new period now',
    description: "Unspent plan credits lapse and the tier's monthly credits are granted.",
  })
  @Requires('admin:*', 'admin')
  @Idempotent()
  @Returns(BalanceView)
  @Problem(404, 'not_found')
  @Problem(403, 'account_closed')
  async resetCredits(@CurrentActor() actor: Actor, @Body() body: ResetBody, @KeyHeader() key: string | undefined) {
    return answered(await this.orders.reset(actor, body, key));
  }

  @Post('cap')
  @ApiOperation({
    summary: "Set an account's monthly cap",
    description: '`null` means unlimited. Without `monthly_cap`, the cap follows the tier again.',
  })
  @Requires('admin:*', 'admin')
  @Idempotent()
  @Returns(BalanceView)
  @Problem(403, 'account_closed')
  async setMonthlyCap(@CurrentActor() actor: Actor, @Body() body: CapBody, @KeyHeader() key: string | undefined) {
    return answered(await this.orders.setCap(actor, body, key));
  }
}
