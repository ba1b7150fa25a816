import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { CONFIG, type Config } from '../platform/config/config.js';
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

  @ApiProperty({
    description: 'Where mails go: to the mail server, or to the log because SMTP_URL is not set.',
    enum: ['smtp', 'log'],
    example: 'smtp',
  })
  mail!: 'smtp' | 'log';
}

@ApiTags('Health')
@Controller('health')
export class HealthController {
  constructor(
    private readonly readiness: ReadinessService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

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
    const warnings = await this.readiness.probe();
    return { status: 'ok', warnings, mail: this.config.mail.smtp === null ? 'log' : 'smtp' };
  }
}
