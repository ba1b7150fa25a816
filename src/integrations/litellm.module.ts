import { Module } from '@nestjs/common';
import { UsageModule } from '../usage/usage.module.js';
import { LiteLlmController } from './litellm.controller.js';

@Module({ imports: [UsageModule], controllers: [LiteLlmController] })
export class LiteLlmModule {}
