import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { balanceView } from '../credits/accounts.service.js';
import type { Act } from '../credits/credits.service.js';
import { idempotencyKey } from '../credits/idempotency.js';
import type { Actor } from '../platform/actor.js';
import { By, Problem, Requires, Returns } from '../platform/http/decorators.js';
import { answered, Idempotent, KeyHeader } from '../platform/http/idempotency-key.js';
import { UserIdParam } from '../platform/http/user-id-param.js';
import { AccountErasure } from './account-erasure.service.js';
import { AccountMoveService } from './account-move.service.js';
import { AccountPicture } from './account-picture.service.js';
import { AccountStatusService } from './account-status.service.js';
import { AccountPictureView, AccountsQuery, ListedAccountView } from './accounts-list.dto.js';
import { AccountsListService } from './accounts-list.service.js';
import { AccountView, MoveBody, MoveView, SuspendBody } from './accounts.dto.js';

const ACCOUNT_ID = ApiParam({ name: 'id', description: "The account's user_id.", example: 'user-42' });

/** Accounts as administrators keep them. */
@ApiTags('Accounts')
@Controller('admin/accounts')
export class AccountsController {
  constructor(
    private readonly status: AccountStatusService,
    private readonly moves: AccountMoveService,
    private readonly erasure: AccountErasure,
    private readonly search: AccountsListService,
    private readonly picture: AccountPicture,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'Accounts that are looked for',
    description: 'Follow `X-Next-Cursor`. Sorted by id a cursor stays fast at any depth.',
  })
  @Requires('admin')
  @Returns(ListedAccountView, { list: true })
  @Problem(422, 'invalid_request')
  listAccounts(@Query() query: AccountsQuery) {
    return this.search.list(query);
  }

  @ACCOUNT_ID
  @Get(':id')
  @ApiOperation({
    summary: 'The whole picture of an account',
    description: 'Balance, grants, open holds, newest lines, usage, payments, discounts and audit entries at once.',
  })
  @Requires('admin')
  @Returns(AccountPictureView)
  @Problem(404, 'not_found')
  getAccount(@By() actor: Actor, @UserIdParam() id: string) {
    return this.picture.of(actor, id);
  }

  @ACCOUNT_ID
  @Post(':id/move')
  @ApiOperation({
    summary: 'Move an account to another user',
    description:
      'For a user whose id has changed, or who has two accounts. Credits go over with their source, priority and expiry, debt and coupons too, and what the payment provider bills. A user who was never seen takes over the plan, the period, the cap and the counters as well; an account that exists keeps its own plan, unless only the moved one is paid for. Of two trials one lapses. The moved account is closed: new work on it is refused with 403 `account_closed`, finished work is charged to the one that took over. Its ledger and its usage stay where they are. Moving it back undoes the move.',
  })
  @Requires('admin')
  @Idempotent()
  @Returns(MoveView)
  @Problem(403, 'forbidden', 'account_closed')
  @Problem(404, 'not_found')
  @Problem(409, 'idempotency_conflict', 'holds_open', 'both_subscribed')
  async moveAccount(
    @By() actor: Actor,
    @UserIdParam() id: string,
    @Body() { to }: MoveBody,
    @KeyHeader() key: string | undefined,
  ) {
    const { account, move, replayed } = await this.moves.move(
      actor,
      id,
      to,
      idempotencyKey(key, actor, 'move', { to }),
    );
    const { debt: moved_debt, ...sums } = move;
    return answered({ ...balanceView(account), ...sums, moved_debt }, replayed);
  }

  @ACCOUNT_ID
  @Post(':id/erase')
  @ApiOperation({
    summary: 'Erase the person behind an account',
    description:
      "The account is closed at once: new work is refused with 403 `account_closed`, the subscription and automatic top-up end. As soon as no work in flight holds credits of it, what is left lapses, the id becomes a pseudonym in the ledger, the audit log, payments and usage, and everything else about the person goes: particulars of lines and work, own keys, idempotency keys, sessions, the payment provider's customer. Accounts that were moved to this one are erased with it. It cannot be undone.",
  })
  @Requires('admin')
  @Idempotent()
  @Returns(AccountView, { status: 202 })
  @Problem(403, 'forbidden', 'account_closed')
  @Problem(404, 'not_found')
  async eraseAccount(@By() actor: Actor, @UserIdParam() id: string, @KeyHeader() key: string | undefined) {
    return acted(await this.erasure.request(actor, id, idempotencyKey(key, actor, 'erase', {})));
  }

  @ACCOUNT_ID
  @Post(':id/suspend')
  @ApiOperation({
    summary: 'Keep an account from spending',
    description:
      'Charges, holds and calls are refused with 403 `account_suspended` from then on. Work that is finished is still charged, holds that are open can be captured, renewals go on, and everything can be read.',
  })
  @Requires('admin')
  @Idempotent()
  @Returns(AccountView)
  @Problem(403, 'forbidden', 'account_closed')
  @Problem(404, 'not_found')
  async suspendAccount(
    @By() actor: Actor,
    @UserIdParam() id: string,
    @Body() { reason }: SuspendBody,
    @KeyHeader() key: string | undefined,
  ) {
    return acted(await this.status.suspend(actor, id, reason, idempotencyKey(key, actor, 'suspend', { reason })));
  }

  @ACCOUNT_ID
  @Post(':id/resume')
  @ApiOperation({
    summary: 'Let a suspended account spend again',
    description: 'Does nothing to an account that is not suspended.',
  })
  @Requires('admin')
  @Idempotent()
  @Returns(AccountView)
  @Problem(403, 'forbidden', 'account_closed')
  @Problem(404, 'not_found')
  async resumeAccount(@By() actor: Actor, @UserIdParam() id: string, @KeyHeader() key: string | undefined) {
    return acted(await this.status.resume(actor, id, idempotencyKey(key, actor, 'resume', {})));
  }
}

const acted = ({ account, replayed }: Act) => answered(balanceView(account), replayed);
