import { Controller, Get, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../../platform/actor.js';
import { CurrentActor, Id, Problem, Requires, Returns } from '../../platform/http/decorators.js';
import { MailsQuery, MailView } from './mails.dto.js';
import { MailsService } from './mails.service.js';

/** Routes with which operators see what became of mails. */
@ApiTags('Notifications')
@Controller('admin/mails')
export class MailsController {
  constructor(private readonly mails: MailsService) {}

  @Get()
  @ApiOperation({
    summary: 'List mails, newest first',
    description: '`state=failed` lists those that the mail server refused or that could not be sent for five days.',
  })
  @Requires('admin:*', 'admin')
  @Returns(MailView, { list: true })
  @Problem(422, 'invalid_request')
  listMails(@Query() query: MailsQuery) {
    return this.mails.list(query);
  }

  @ApiParam({ name: 'id', description: 'Id of the mail.' })
  @Post(':id/retry')
  @ApiOperation({ summary: 'Send a failed mail again' })
  @Requires('admin:*', 'admin')
  @Returns(MailView)
  @Problem(404, 'not_found')
  retryMail(@CurrentActor() actor: Actor, @Id() id: string) {
    return this.mails.retry(actor, id);
  }
}
