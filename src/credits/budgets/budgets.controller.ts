import { Body, Controller, Delete, Get, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../../platform/actor.js';
import { CurrentActor, Id, Problem, Requires, Returns } from '../../platform/http/decorators.js';
import { answered, Idempotent, KeyHeader } from '../../platform/http/idempotency-key.js';
import { BudgetReader } from './budget-reader.js';
import { BoostBody, BudgetBody, BudgetChangeBody, BudgetsQuery, BudgetView, EffectiveQuery } from './budgets.dto.js';
import { BudgetsService } from './budgets.service.js';

/** Routes of budgets: users manage their own, services and admins those of every account. */
@ApiTags('Budgets')
@Controller('budgets')
export class BudgetsController {
  constructor(
    private readonly budgets: BudgetsService,
    private readonly reader: BudgetReader,
  ) {}

  @Post()
  @ApiOperation({
    summary: 'Create a budget',
    description:
      'All limits that apply are checked with every charge; the tightest wins, and the answer names it. A new budget counts what its window has used already. A user can set budgets up to what an administrator set for the same work, unit and window.',
  })
  @Requires('budgets:manage', 'user', 'service', 'admin')
  @Returns(BudgetView, { status: 201 })
  @Problem(403, 'account_closed')
  @Problem(409, 'above_admin_limit', 'too_many_budgets')
  @Problem(422, 'invalid_request')
  createBudget(@CurrentActor() actor: Actor, @Body() body: BudgetBody) {
    return this.budgets.create(actor, body);
  }

  @Get()
  @ApiOperation({
    summary: 'List budgets, newest first',
    description: 'Users see their own; services and admins see all, or those of `user_id`.',
  })
  @Requires('balance:read', 'user', 'service', 'admin')
  @Returns(BudgetView, { list: true })
  @Problem(422, 'invalid_request')
  listBudgets(@CurrentActor() actor: Actor, @Query() query: BudgetsQuery) {
    return this.budgets.list(actor, query);
  }

  @Get('effective')
  @ApiOperation({
    summary: 'List the budgets that apply, the tightest first',
    description:
      'The budgets in force of the account, of its services, models and tags, and of the named key and member, with what is left of each.',
  })
  @Requires('balance:read', 'user', 'service', 'admin')
  @Returns(BudgetView, { list: true })
  @Problem(404, 'not_found')
  @Problem(422, 'invalid_request')
  listEffectiveBudgets(@CurrentActor() actor: Actor, @Query() query: EffectiveQuery) {
    return this.reader.effective(actor, query);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Get a budget' })
  @ApiParam({ name: 'id', description: 'Id of the budget.' })
  @Requires('balance:read', 'user', 'service', 'admin')
  @Returns(BudgetView)
  @Problem(404, 'not_found')
  getBudget(@CurrentActor() actor: Actor, @Id() id: string) {
    return this.budgets.get(actor, id);
  }

  @Patch(':id')
  @ApiOperation({
    summary: 'Change a budget',
    description:
      'Scope, unit and window stay; create another budget for other ones. A limit below what is used refuses new work until the window ends.',
  })
  @ApiParam({ name: 'id', description: 'Id of the budget.' })
  @Requires('budgets:manage', 'user', 'service', 'admin')
  @Returns(BudgetView)
  @Problem(404, 'not_found')
  @Problem(409, 'above_admin_limit')
  @Problem(422, 'invalid_request')
  updateBudget(@CurrentActor() actor: Actor, @Id() id: string, @Body() body: BudgetChangeBody) {
    return this.budgets.change(actor, id, body);
  }

  @Post(':id/boost')
  @ApiOperation({ summary: 'Raise one window of a budget', description: 'Adds to the limit until the window ends.' })
  @ApiParam({ name: 'id', description: 'Id of the budget.' })
  @Requires('budgets:manage', 'user', 'service', 'admin')
  @Idempotent()
  @Returns(BudgetView)
  @Problem(404, 'not_found')
  @Problem(409, 'above_admin_limit')
  @Problem(422, 'invalid_request')
  async boostBudget(
    @CurrentActor() actor: Actor,
    @Id() id: string,
    @Body() body: BoostBody,
    @KeyHeader() key: string | undefined,
  ) {
    return answered(await this.budgets.boost(actor, id, body, key));
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Remove a budget' })
  @ApiParam({ name: 'id', description: 'Id of the budget.' })
  @Requires('budgets:manage', 'user', 'service', 'admin')
  @Returns(null)
  @Problem(404, 'not_found')
  deleteBudget(@CurrentActor() actor: Actor, @Id() id: string) {
    return this.budgets.remove(actor, id);
  }
}
