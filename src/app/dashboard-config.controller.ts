import { Body, Controller, Get, Header, Headers, Inject, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { TokenSigner } from '../auth/token-signer.js';
import { CONFIG, type Config } from '../platform/config/config.js';
import { DomainError } from '../platform/errors.js';
import { Problem, Public, Returns } from '../platform/http/decorators.js';
import {
  dashboardConfigOf,
  DashboardConfigView,
  DevelopmentSessionBody,
  DevelopmentSessionView,
} from './dashboard-config.dto.js';
import { demoToken } from './demo.js';
import { isOwnPage } from './own-page.js';

/** Paths outside the base path, beside the files of the dashboard. */
export const DASHBOARD_PATHS = ['app/config.json', 'app/development/session'];

/** What the dashboard asks before anybody has signed in. */
@ApiTags('Dashboard')
@Controller('app')
export class DashboardConfigController {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly signer: TokenSigner,
  ) {}

  @Get('config.json')
  @ApiOperation({ summary: 'Get the look of the dashboard and the ways to sign in' })
  @Public()
  @Header('cache-control', 'no-store')
  @Returns(DashboardConfigView)
  getDashboardConfig() {
    return dashboardConfigOf(this.config);
  }

  @Post('development/session')
  @ApiOperation({
    summary: 'Sign in as a demo user',
    description:
      'Only in development: with the embedded database, on loopback, and for the page of the service itself. Otherwise there is nothing at this path.',
  })
  @Public()
  @Header('cache-control', 'no-store')
  @Returns(DevelopmentSessionView)
  @Problem(404, 'not_found')
  async createDevelopmentSession(
    @Headers('host') host: string | undefined,
    @Headers('origin') origin: string | undefined,
    @Body() { role }: DevelopmentSessionBody,
  ) {
    if (!this.config.is_development || !isOwnPage(host, origin)) {
      throw new DomainError('not_found', 'not_found', 'There is nothing at this path.');
    }
    return { token: await demoToken(this.signer, role) };
  }
}
