import { Module } from '@nestjs/common';
import { OpenRouterModule } from '../openrouter/openrouter.module.js';
import { PaymentsModule } from '../payments/payments.module.js';
import './account-fields.js';
import { BillingAliasesController } from './billing-aliases.controller.js';
import './coaching-fields.js';
import './current-usage.js';
import './earlier-questions.js';
import { OpenRouterAliasesController } from './openrouter-aliases.controller.js';

/**
 * What is here for web apps that were written for earlier services, and for nobody else: names of fields, words of
 * queries, paths. Without this module the service is the same, and they are not served.
 */
@Module({
  imports: [OpenRouterModule, PaymentsModule],
  controllers: [OpenRouterAliasesController, BillingAliasesController],
})
export class CompatModule {}
