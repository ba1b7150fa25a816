import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { CompletionsClient } from './completions.client.js';
import { FernetImport } from './fernet-import.js';
import { KeyRotation } from './key-rotation.js';
import { OpenRouterClient } from './openrouter.client.js';
import { OpenRouterController } from './openrouter.controller.js';
import { OpenRouterRepository } from './openrouter.repository.js';
import { OpenRouterService } from './openrouter.service.js';
import { OwnKeys } from './own-keys.js';

@Module({
  imports: [AuditModule],
  controllers: [OpenRouterController],
  providers: [
    CompletionsClient,
    FernetImport,
    KeyRotation,
    OpenRouterClient,
    OpenRouterRepository,
    OpenRouterService,
    OwnKeys,
  ],
  exports: [
    CompletionsClient,
    FernetImport,
    KeyRotation,
    OpenRouterClient,
    OpenRouterRepository,
    OpenRouterService,
    OwnKeys,
  ],
})
export class OpenRouterModule {}
