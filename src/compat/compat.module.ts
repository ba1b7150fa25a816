import { Module } from '@nestjs/common';
import { OpenRouterModule } from '../openrouter/openrouter.module.js';
import { PaymentsModule } from '../payments/payments.module.js';
import './account-fields.js';
import { BillingAliasesController } from './billing-aliases.controller.js';
import './coaching-fields.js';
import './current-usage.js';
import './legacy-queries.js';
import { OpenRouterAliasesController } from './openrouter-aliases.controller.js';

/**
 * Compatibility with web apps written for earlier services: field names, query values and paths. Nothing else depends
 * on this module.
 */
@Module({
  imports: [OpenRouterModule, PaymentsModule],
  controllers: [OpenRouterAliasesController, BillingAliasesController],
})
export class CompatModule {}
