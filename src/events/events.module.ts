import { Module } from '@nestjs/common';
import { JobsModule } from '../jobs/jobs.module.js';
import { EventFeed } from './event-feed.js';
import { EventsController } from './events.controller.js';
import { EventLogRepository } from './event-log.repository.js';
import { EventsService } from './events.service.js';
import { OldEventsJob } from './old-events.job.js';

@Module({
  imports: [JobsModule],
  controllers: [EventsController],
  providers: [EventFeed, EventLogRepository, EventsService, OldEventsJob],
  exports: [EventFeed, EventLogRepository, EventsService],
})
export class EventsModule {}
