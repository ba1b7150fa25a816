import { Global, Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { CONFIG, type Config } from './config/config.js';
import { Database } from './database/database.js';
import { ProblemFilter } from './http/problems/problem.filter.js';
import { PayloadPipe } from './http/bodies/validation.js';
import { KeyRing } from './secrets/key-ring.js';
import { SealedStores } from './secrets/sealed-stores.js';
import { Metrics } from './metrics.js';
import { PoolMetrics } from './database/pool-metrics.js';
import { Shutdown } from './shutdown.js';
import { SchemaService } from './schema/schema.service.js';
import { SignIns } from './sign-ins.js';
import { Tracing } from './tracing/tracing.js';
import type { TracingConfig } from './config/tracing-config.js';
import { useUserIdForm } from './values/user-id.js';
import { Webhooks } from './webhooks.js';

/** Global providers for every module: configuration, database, and HTTP conventions. */
@Global()
@Module({})
export class PlatformModule {
  static with(config: Config): DynamicModule {
    useUserIdForm(config.auth.user_id_form);
    return {
      module: PlatformModule,
      providers: [
        { provide: CONFIG, useValue: config },
        Database,
        SchemaService,
        Shutdown,
        SignIns,
        Metrics,
        PoolMetrics,
        SealedStores,
        Webhooks,
        { provide: Tracing, useFactory: () => tracing(config.tracing) },
        { provide: KeyRing, useFactory: () => keyRing(config.encryption.keys) },
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_PIPE, useClass: PayloadPipe },
      ],
      exports: [CONFIG, Database, KeyRing, Metrics, SchemaService, SealedStores, Shutdown, SignIns, Tracing, Webhooks],
    };
  }
}

const keyRing = (keys: string | null): KeyRing => (keys === null ? null : KeyRing.parse(keys)) ?? new KeyRing();

/** Loads the OpenTelemetry SDK only if tracing is on, because that takes about 0.3 s. */
async function tracing(config: TracingConfig): Promise<Tracing> {
  if (config.url === null) return new Tracing(null);
  const { otlpSource } = await import('./tracing/otlp.js');
  return new Tracing(otlpSource(config, config.url));
}
