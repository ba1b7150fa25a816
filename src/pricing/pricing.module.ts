import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { EquivalentsController } from './equivalents/equivalents.controller.js';
import { EquivalentsService } from './equivalents/equivalents.service.js';
import { CatalogueRepository } from './prices/catalogue.repository.js';
import { MarkupRulesController } from './markup/markup-rules.controller.js';
import { MarkupRulesRepository } from './markup/markup-rules.repository.js';
import { MarkupRulesService } from './markup/markup-rules.service.js';
import { ModelListClient } from './lists/model-list.client.js';
import { PriceListsService } from './lists/price-lists.service.js';
import { PriceSyncJob } from './lists/price-sync.job.js';
import { PricesRepository } from './prices/prices.repository.js';
import { PricesService } from './prices/prices.service.js';
import { PricingController } from './pricing.controller.js';
import { PricingService } from './pricing.service.js';
import { ServiceTiersController } from './prices/service-tiers.controller.js';
import { ServiceTiersService } from './prices/service-tiers.service.js';

@Module({
  imports: [AuditModule, JobsModule],
  controllers: [PricingController, MarkupRulesController, ServiceTiersController, EquivalentsController],
  providers: [
    CatalogueRepository,
    PricingService,
    PricesRepository,
    PricesService,
    MarkupRulesRepository,
    MarkupRulesService,
    ServiceTiersService,
    EquivalentsService,
    ModelListClient,
    PriceListsService,
    PriceSyncJob,
  ],
  exports: [
    EquivalentsService,
    PricingService,
    CatalogueRepository,
    PricesRepository,
    PricesService,
    PriceListsService,
    MarkupRulesRepository,
  ],
})
export class PricingModule {}
