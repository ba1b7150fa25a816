import { Module } from '@nestjs/common';
import { JobsModule } from '../jobs/jobs.module.js';
import { OperatorChat } from './operator-chat.js';
import { OperatorMessagesRepository } from './operator-messages.repository.js';

@Module({
  imports: [JobsModule],
  providers: [OperatorChat, OperatorMessagesRepository],
  exports: [OperatorChat],
})
export class OperatorModule {}
