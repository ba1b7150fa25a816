import { Module } from '@nestjs/common';
import { TrackingModule } from '../usage/tracking.module.js';
import { LiteLlmController } from './litellm.controller.js';

@Module({ imports: [TrackingModule], controllers: [LiteLlmController] })
export class LiteLlmModule {}
