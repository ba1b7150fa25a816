import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Problem, Public, Returns } from '../platform/http/decorators.js';
import { ReadinessService } from './readiness.service.js';

/** The service is healthy; otherwise a problem document says why not. */
export class HealthView {
  @ApiProperty({
    description: 'Always `ok`; failures are problem documents.',
    type: 'string',
    enum: ['ok'],
    example: 'ok',
  })
  status!: 'ok';
}

/** The service is ready. */
export class ReadinessView extends HealthView {
  @ApiProperty({
    description: 'Differences in the database that an operator should check but that do not prevent service.',
    type: [String],
    example: [],
  })
  warnings!: readonly string[];
}

@ApiTags('Health')
@Controller('health')
export class HealthController {
  constructor(private readonly readiness: ReadinessService) {}

  @Get('live')
  @ApiOperation({ summary: 'Check that the process is running' })
  @Public()
  @Returns(HealthView)
  getLiveness(): HealthView {
    return { status: 'ok' };
  }

  @Get('ready')
  @ApiOperation({
    summary: 'Check that requests can be served: database reachable, migrations applied, schema complete',
  })
  @Public()
  @Returns(ReadinessView)
  @Problem(503, 'not_ready', 'shutting_down', 'database_unavailable')
  async getReadiness(): Promise<ReadinessView> {
    return { status: 'ok', warnings: await this.readiness.probe() };
  }
}
