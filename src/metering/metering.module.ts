import { Module } from '@nestjs/common';
import { UsageEventsRepository } from './usage-events.repository.js';

@Module({ providers: [UsageEventsRepository], exports: [UsageEventsRepository] })
export class MeteringModule {}
