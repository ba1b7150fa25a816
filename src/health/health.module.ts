import { Module } from '@nestjs/common';
import { MeteringModule } from '../metering/metering.module.js';
import { HealthController } from './health.controller.js';
import { DatabaseMetrics } from './database-metrics.js';
import { DatabaseMetricsRepository } from './database-metrics.repository.js';
import { MetricsEndpoint } from './metrics.endpoint.js';
import { ReadinessService } from './readiness.service.js';

@Module({
  imports: [MeteringModule],
  providers: [ReadinessService, MetricsEndpoint, DatabaseMetrics, DatabaseMetricsRepository],
  controllers: [HealthController],
  exports: [MetricsEndpoint, ReadinessService],
})
export class HealthModule {}
