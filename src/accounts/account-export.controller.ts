import { Controller, Get, Query, StreamableFile } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { AccountQuery } from '../credits/credits.dto.js';
import { accountOf, type Actor } from '../platform/actor.js';
import { archiveDownload, ReturnsArchive } from '../platform/export/download.js';
import { CurrentActor, Problem, Requires } from '../platform/http/decorators.js';
import { UserIdParam } from '../platform/http/user-id-param.js';
import { AccountExportService } from './account-export.service.js';
import type { Reader } from './exported-tables.js';

/** Routes that export all data about a person. */
@ApiTags('Accounts')
@Controller()
export class AccountExportController {
  constructor(private readonly exports: AccountExportService) {}

  @Get('account/export')
  @ApiOperation({
    summary: 'Export the account as a zip archive',
    description:
      'Contains README.txt, account.json and CSV files of the ledger, usage, grants, holds, payments, refunds, disputes, subscriptions, coupons, discounts, OpenRouter key records and audit entries, for all ids that the account ever had. Never contains keys. For actions of other people, it contains only what they did and when. The archive is streamed.',
  })
  @Requires('account:export', 'user', 'service', 'admin')
  @ReturnsArchive()
  @Problem(404, 'not_found')
  exportOwnAccount(@CurrentActor() actor: Actor, @Query() { user_id }: AccountQuery) {
    return this.archive(actor, accountOf(actor, user_id), 'user');
  }

  @ApiParam({ name: 'id', description: "The account's user_id.", example: 'user-42' })
  @Get('admin/accounts/:id/export')
  @ApiOperation({
    summary: 'Export an account as a zip archive',
    description: 'Like `GET /account/export`, but includes who acted, from which address and why.',
  })
  @Requires('admin:*', 'admin')
  @ReturnsArchive()
  @Problem(404, 'not_found')
  exportAccount(@CurrentActor() actor: Actor, @UserIdParam() id: string) {
    return this.archive(actor, id, 'admin');
  }

  private async archive(actor: Actor, user_id: string, reader: Reader): Promise<StreamableFile> {
    const { archive } = await this.exports.of(actor, user_id, reader);
    return archiveDownload(archive(), `account-${user_id}-${new Date().toISOString().slice(0, 10)}`);
  }
}
