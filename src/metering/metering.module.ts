import { Module } from '@nestjs/common';
import { UnratedRepository } from './unrated.repository.js';
import { UsageEventsRepository } from './usage-events.repository.js';

const PROVIDERS = [UsageEventsRepository, UnratedRepository];

@Module({ providers: PROVIDERS, exports: PROVIDERS })
export class MeteringModule {}
