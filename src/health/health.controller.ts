import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Problem, Public, Returns } from '../platform/http/decorators.js';
import { ReadinessService } from './readiness.service.js';

/** The service says that it is well; when it is not, a problem says why. */
export class HealthView {
  @ApiProperty({
    description: 'Always ok: anything else is a problem document.',
    type: 'string',
    enum: ['ok'],
    example: 'ok',
  })
  status!: 'ok';
}

/** The service can serve. */
export class ReadinessView extends HealthView {
  @ApiProperty({
    description: 'What differs in the database without standing against serving, for an operator to look at.',
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
  @ApiOperation({ summary: 'Whether the process runs' })
  @Public()
  @Returns(HealthView)
  getLiveness(): HealthView {
    return { status: 'ok' };
  }

  @Get('ready')
  @ApiOperation({
    summary: 'Whether requests can be served: database reachable, migrations applied, nothing needed is missing',
  })
  @Public()
  @Returns(ReadinessView)
  @Problem(503, 'not_ready', 'shutting_down', 'database_unavailable')
  async getReadiness(): Promise<ReadinessView> {
    return { status: 'ok', warnings: await this.readiness.probe() };
  }
}
