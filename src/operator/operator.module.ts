import { Module } from '@nestjs/common';
import { JobsModule } from '../jobs/jobs.module.js';
import { DeadRunsJob } from './dead-runs.job.js';
import { OperatorChat } from './operator-chat.js';
import { OperatorMessagesRepository } from './operator-messages.repository.js';

@Module({
  imports: [JobsModule],
  providers: [DeadRunsJob, OperatorChat, OperatorMessagesRepository],
  exports: [OperatorChat],
})
export class OperatorModule {}
