import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../platform/actor.js';
import { CurrentActor, Problem, Requires, Returns } from '../platform/http/decorators.js';
import { answered, Idempotent, KeyHeader } from '../platform/http/idempotency-key.js';
import { UserIdParam } from '../platform/http/user-id-param.js';
import { AccountErasure } from './account-erasure.service.js';
import { AccountMoveService } from './account-move.service.js';
import { AccountOverview } from './account-overview.service.js';
import { AccountStatusService } from './account-status.service.js';
import { AccountOverviewView, AccountsQuery, ListedAccountView } from './accounts-list.dto.js';
import { AccountsListService } from './accounts-list.service.js';
import { AccountView, MoveBody, MoveView, SuspendBody } from './accounts.dto.js';

const ACCOUNT_ID = ApiParam({ name: 'id', description: "The account's user_id.", example: 'user-42' });

/** Routes with which administrators manage accounts. */
@ApiTags('Accounts')
@Controller('admin/accounts')
export class AccountsController {
  constructor(
    private readonly status: AccountStatusService,
    private readonly moves: AccountMoveService,
    private readonly erasure: AccountErasure,
    private readonly search: AccountsListService,
    private readonly overview: AccountOverview,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'List accounts',
    description: 'Follow `X-Next-Cursor`. When sorted by id, cursors are fast at any depth.',
  })
  @Requires('admin:*', 'admin')
  @Returns(ListedAccountView, { list: true })
  @Problem(422, 'invalid_request')
  listAccounts(@Query() query: AccountsQuery) {
    return this.search.list(query);
  }

  @ACCOUNT_ID
  @Get(':id')
  @ApiOperation({
    summary: 'Get an account in detail',
    description:
      'Returns balance, grants, open holds, newest ledger lines, usage, payments, discounts and audit entries.',
  })
  @Requires('admin:*', 'admin')
  @Returns(AccountOverviewView)
  @Problem(404, 'not_found')
  getAccount(@CurrentActor() actor: Actor, @UserIdParam() id: string) {
    return this.overview.of(actor, id);
  }

  @ACCOUNT_ID
  @Post(':id/move')
  @ApiOperation({
    summary: 'Move an account to another user',
    description:
      'For a user whose id has changed or who has two accounts. Moves credits with their source, priority and expiry, and also debt, coupons and billing. A target that does not exist yet also receives the plan, the period, the cap and the counters. An existing target retains its plan, unless only the source has a paid plan. If both accounts have trial credits, one of the trials lapses. The source account is closed: new work on it is refused with 403 `account_closed`, and finished work is charged to the target. Its ledger and usage stay with it. Moving the target back undoes the move.',
  })
  @Requires('admin:*', 'admin')
  @Idempotent()
  @Returns(MoveView)
  @Problem(403, 'forbidden', 'account_closed')
  @Problem(404, 'not_found')
  @Problem(409, 'idempotency_conflict', 'holds_open', 'both_subscribed')
  async moveAccount(
    @CurrentActor() actor: Actor,
    @UserIdParam() id: string,
    @Body() { to }: MoveBody,
    @KeyHeader() key: string | undefined,
  ) {
    return answered(await this.moves.move(actor, id, to, key));
  }

  @ACCOUNT_ID
  @Post(':id/erase')
  @ApiOperation({
    summary: 'Erase an account',
    description:
      "The account is closed immediately: new work is refused with 403 `account_closed`, and the subscription and the automatic top-up end. Once no work in progress holds credits of it, the remaining credits lapse, the id becomes a pseudonym in the ledger, the audit log, payments and usage, and all other personal data is deleted: details of ledger lines and usage, OpenRouter keys, idempotency keys, sessions and the record of the payment provider's customer. Accounts merged into this one are erased with it. This cannot be undone.",
  })
  @Requires('admin:*', 'admin')
  @Idempotent()
  @Returns(AccountView, { status: 202 })
  @Problem(403, 'forbidden', 'account_closed')
  @Problem(404, 'not_found')
  async eraseAccount(@CurrentActor() actor: Actor, @UserIdParam() id: string, @KeyHeader() key: string | undefined) {
    return answered(await this.erasure.request(actor, id, key));
  }

  @ACCOUNT_ID
  @Post(':id/suspend')
  @ApiOperation({
    summary: 'Suspend an account',
    description:
      'From then on, charges, holds and calls are refused with 403 `account_suspended`. Finished work is still charged, open holds can be captured, renewals continue, and all data can be read.',
  })
  @Requires('admin:*', 'admin')
  @Idempotent()
  @Returns(AccountView)
  @Problem(403, 'forbidden', 'account_closed')
  @Problem(404, 'not_found')
  async suspendAccount(
    @CurrentActor() actor: Actor,
    @UserIdParam() id: string,
    @Body() { reason }: SuspendBody,
    @KeyHeader() key: string | undefined,
  ) {
    return answered(await this.status.suspend(actor, id, reason, key));
  }

  @ACCOUNT_ID
  @Post(':id/resume')
  @ApiOperation({
    summary: 'Resume a suspended account',
    description: 'Does nothing if the account is not suspended.',
  })
  @Requires('admin:*', 'admin')
  @Idempotent()
  @Returns(AccountView)
  @Problem(403, 'forbidden', 'account_closed')
  @Problem(404, 'not_found')
  async resumeAccount(@CurrentActor() actor: Actor, @UserIdParam() id: string, @KeyHeader() key: string | undefined) {
    return answered(await this.status.resume(actor, id, key));
  }
}
