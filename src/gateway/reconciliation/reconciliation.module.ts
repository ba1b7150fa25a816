import { Module } from '@nestjs/common';
import { JobsModule } from '../../jobs/jobs.module.js';
import { OpenRouterModule } from '../../openrouter/openrouter.module.js';
import { Reconciliation } from './reconciliation.js';
import { ReconciliationController } from './reconciliation.controller.js';
import { ReconciliationState } from './reconciliation-state.js';
import { ReconciliationRepository } from './reconciliation.repository.js';

/** Separate from the gateway, because the CLI needs the reconciliation but makes no calls. */
@Module({
  imports: [JobsModule, OpenRouterModule],
  controllers: [ReconciliationController],
  providers: [Reconciliation, ReconciliationRepository, ReconciliationState],
  exports: [Reconciliation],
})
export class ReconciliationModule {}
