import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Requires, Returns } from '../../platform/http/decorators.js';
import { ReconciliationStateView } from './reconciliation.dto.js';
import { ReconciliationState } from './reconciliation-state.js';

/** Shows the daily comparison with the provider. */
@ApiTags('Platform')
@Controller('admin/reconciliation')
export class ReconciliationController {
  constructor(private readonly state: ReconciliationState) {}

  @Get()
  @ApiOperation({
    summary: "Get the daily comparisons of booked costs with OpenRouter's figures",
    description:
      'Covers the runs of the job `openrouter-reconciliation` that are still stored, about a week. `tollgate openrouter reconcile` compares now. Differences are reported, never booked.',
  })
  @Requires('admin:*', 'admin')
  @Returns(ReconciliationStateView)
  getReconciliation(): Promise<ReconciliationStateView> {
    return this.state.read();
  }
}
