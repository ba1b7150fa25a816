import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Problem, Requires, Returns } from '../../platform/http/decorators.js';
import { UtcDaysQuery } from '../../platform/http/utc-days.js';
import { GrowthView } from './growth.dto.js';
import { GrowthService } from './growth.service.js';

/** Route for how accounts were opened. */
@ApiTags('Credits')
@Controller('admin/growth')
export class GrowthController {
  constructor(private readonly growth: GrowthService) {}

  @Get()
  @ApiOperation({
    summary: 'Get how accounts were opened and what became of them',
    description:
      'By what opened them and by source: verified addresses, first calls and the time until them, payments and revenue, each until now. At most 366 days. Organizations are left out.',
  })
  @Requires('admin:*', 'admin')
  @Returns(GrowthView)
  @Problem(422, 'invalid_request')
  getGrowth(@Query() query: UtcDaysQuery) {
    return this.growth.show(query);
  }
}
