import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { MailOutbox } from './outbox/mail-outbox.js';
import { MailSender } from './outbox/mail-sender.js';
import { MailsController } from './outbox/mails.controller.js';
import { MailsRepository } from './outbox/mails.repository.js';
import { MailsService } from './outbox/mails.service.js';

@Module({
  imports: [AuditModule, JobsModule],
  controllers: [MailsController],
  providers: [MailOutbox, MailSender, MailsRepository, MailsService],
  exports: [MailOutbox, MailSender, MailsRepository],
})
export class MailModule {}
