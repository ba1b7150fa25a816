import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { ApiKeysController } from './api-keys.controller.js';
import { ApiKeysRepository } from './api-keys.repository.js';
import { ApiKeys } from './api-keys.service.js';
import { KeyCallers } from './callers/key-callers.js';
import { BrakedKeysController } from './brake/braked-keys.controller.js';
import { BrakedKeys } from './brake/braked-keys.service.js';
import { KeyModelsRepository } from './brake/key-models.repository.js';
import { ExpiringKeysJob } from './expiring-keys.job.js';
import { KeyImport } from './key-import.js';
import { KeyLog } from './key-log.js';
import { MinuteCounter } from './rates/minute-counter.js';
import { RateCountersJob } from './rates/rate-counters.job.js';
import { RateCountersRepository } from './rates/rate-counters.repository.js';
import { CallerRates } from './rates/caller-rates.js';
import { KeyUses } from './callers/key-uses.js';
import { KnownKeys } from './callers/known-keys.js';

@Module({
  imports: [AuditModule, JobsModule],
  controllers: [ApiKeysController, BrakedKeysController],
  providers: [
    ApiKeys,
    ApiKeysRepository,
    BrakedKeys,
    ExpiringKeysJob,
    KeyCallers,
    KeyImport,
    KeyLog,
    KeyModelsRepository,
    CallerRates,
    KeyUses,
    KnownKeys,
    MinuteCounter,
    RateCountersJob,
    RateCountersRepository,
  ],
  exports: [ApiKeys, BrakedKeys, KeyCallers, KeyImport, KeyModelsRepository, CallerRates],
})
export class KeysModule {}
