import { Body, Controller, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../../platform/actor.js';
import { CurrentActor, Problem, Requires, Returns } from '../../platform/http/decorators.js';
import { ReratingOrder, ReratingView } from './rerating.dto.js';
import { ReratingService } from './rerating.service.js';
import { WhatIfBody, WhatIfView } from './what-if.dto.js';
import { WhatIfService } from './what-if.service.js';

/**
 * Re-rates past usage and previews other prices. The routes are named after pricing but belong here: both read recorded
 * usage and book on accounts, which pricing, a lower rank, must not know.
 */
@ApiTags('Pricing')
@Controller('pricing')
export class ReratingController {
  constructor(
    private readonly rerating: ReratingService,
    private readonly whatIf: WhatIfService,
  ) {}

  @Post('rerate')
  @ApiOperation({
    summary: 'Re-rate provisionally priced usage',
    description:
      'Books the differences as adjustments, in either direction. Safe to repeat; `preview=true` changes nothing.',
  })
  @Requires('admin:*', 'admin')
  @Returns(ReratingView)
  rerateUsage(@CurrentActor() actor: Actor, @Query() { preview }: ReratingOrder) {
    return this.rerating.rerate({ actor, preview });
  }

  @Post('preview')
  @ApiOperation({
    summary: 'Preview the cost of past usage under another markup',
    description:
      'Recomputes the charged events of the last `days` days. Totals that callers stated stay unchanged. Stores nothing.',
  })
  @Requires('admin:*', 'admin')
  @Returns(WhatIfView)
  @Problem(422, 'invalid_request')
  previewPrices(@Body() body: WhatIfBody) {
    return this.whatIf.replay(body);
  }
}
