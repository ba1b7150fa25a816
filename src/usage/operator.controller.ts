import { Body, Controller, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../platform/actor.js';
import { By, Problem, Requires, Returns } from '../platform/http/decorators.js';
import { ReratingOrder, ReratingView } from './rerating.dto.js';
import { ReratingService } from './rerating.service.js';
import { WhatIfBody, WhatIfView } from './what-if.dto.js';
import { WhatIfService } from './what-if.service.js';

/** What operators do with prices and past usage. */
@ApiTags('Pricing')
@Controller('pricing')
export class OperatorController {
  constructor(
    private readonly rerating: ReratingService,
    private readonly whatIf: WhatIfService,
  ) {}

  @Post('rerate')
  @ApiOperation({
    summary: 'Give work whose price was provisional its final one',
    description: 'Charges are corrected by adjustments, both ways. Safe to repeat; `preview=true` changes nothing.',
  })
  @Requires('admin')
  @Returns(ReratingView)
  rerateUsage(@By() actor: Actor, @Query() { preview }: ReratingOrder) {
    return this.rerating.rerate({ actor, preview });
  }

  @Post('preview')
  @ApiOperation({
    summary: 'What past usage would have cost under another markup',
    description: 'Replays the charged events of some days. Totals that callers gave stay as they are. Changes nothing.',
  })
  @Requires('admin')
  @Returns(WhatIfView)
  @Problem(422, 'invalid_request')
  previewPrices(@Body() body: WhatIfBody) {
    return this.whatIf.replay(body);
  }
}
