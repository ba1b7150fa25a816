import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { ApiKeysController } from './api-keys.controller.js';
import { ApiKeysRepository } from './api-keys.repository.js';
import { ApiKeys } from './api-keys.service.js';
import { KeyCallers } from './callers/key-callers.js';
import { BrakedKeysController } from './brake/braked-keys.controller.js';
import { BrakedKeys } from './brake/braked-keys.service.js';
import { KeyModelsRepository } from './brake/key-models.repository.js';
import { KeyImport } from './key-import.js';
import { KeyLog } from './key-log.js';
import { KeyRates } from './key-rates.js';
import { KeyUses } from './callers/key-uses.js';
import { KnownKeys } from './callers/known-keys.js';

@Module({
  imports: [AuditModule],
  controllers: [ApiKeysController, BrakedKeysController],
  providers: [
    ApiKeys,
    ApiKeysRepository,
    BrakedKeys,
    KeyCallers,
    KeyImport,
    KeyLog,
    KeyModelsRepository,
    KeyRates,
    KeyUses,
    KnownKeys,
  ],
  exports: [ApiKeys, BrakedKeys, KeyCallers, KeyImport, KeyModelsRepository, KeyRates],
})
export class KeysModule {}
