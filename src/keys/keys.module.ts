import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { ApiKeysController } from './api-keys.controller.js';
import { ApiKeysRepository } from './api-keys.repository.js';
import { ApiKeys } from './api-keys.service.js';
import { KeyCallers } from './key-callers.js';
import { KeyImport } from './key-import.js';
import { KeyRates } from './key-rates.js';
import { KeyUses } from './key-uses.js';
import { KnownKeys } from './known-keys.js';

@Module({
  imports: [AuditModule],
  controllers: [ApiKeysController],
  providers: [ApiKeys, ApiKeysRepository, KeyCallers, KeyImport, KeyRates, KeyUses, KnownKeys],
  exports: [ApiKeys, KeyCallers, KeyImport, KeyRates],
})
export class KeysModule {}
