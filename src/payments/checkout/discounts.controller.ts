import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { accountOf, type Actor } from '../../platform/actor.js';
import { CurrentActor, Problem, Requires, Returns } from '../../platform/http/decorators.js';
import { DiscountsQuery, DiscountView } from '../../coupons/coupons.dto.js';
import { DiscountsService } from '../../coupons/discounts/discounts.service.js';

/** Lists the discounts that the next payments use. Coupons give and store them. */
@ApiTags('Payments')
@Controller('payments/discounts')
export class DiscountsController {
  constructor(private readonly discounts: DiscountsService) {}

  @Get()
  @ApiOperation({
    summary: 'List discounts, newest first',
    description: 'The next payment uses one unused discount.',
  })
  @Requires('payments', 'user', 'service', 'admin')
  @Returns(DiscountView, { list: true })
  @Problem(422, 'invalid_request')
  @Problem(404, 'not_found')
  listDiscounts(@CurrentActor() actor: Actor, @Query() query: DiscountsQuery) {
    return this.discounts.list(actor, accountOf(actor, query.user_id), query);
  }
}
