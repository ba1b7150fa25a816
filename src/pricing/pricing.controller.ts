import { Body, Controller, Delete, Get, Post, Query } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../platform/actor.js';
import { CurrentActor, Id, Problem, Requires, Returns } from '../platform/http/decorators.js';
import { AcceptBody } from '../platform/http/bodies/bodies.js';
import { ANY } from './prices/price.js';
import { ImportQuery, ModelsDocument, PriceImportView } from './lists/import.dto.js';
import { PriceListsService } from './lists/price-lists.service.js';
import { ModelPriceView, PRICE_EXAMPLES, PriceBody, PriceHistoryQuery, PricesQuery } from './pricing.dto.js';
import { PricesService } from './prices/prices.service.js';

const LIST_MAX_BYTES = 16 * 1024 * 1024;

/** The price catalogue. */
@ApiTags('Pricing')
@Controller('pricing')
export class PricingController {
  constructor(
    private readonly prices: PricesService,
    private readonly lists: PriceListsService,
  ) {}

  @Get('models')
  @ApiOperation({
    summary: 'List the prices in effect, by model',
    description: 'List prices in USD, without markup.',
  })
  @Requires('models', 'user', 'service', 'admin')
  @Returns(ModelPriceView, { list: true })
  @Problem(422, 'invalid_request')
  listModelPrices(@Query() query: PricesQuery) {
    return this.prices.list(query);
  }

  @Get('models/history')
  @ApiOperation({ summary: 'List all prices of a model: past, current and future, newest first' })
  @Requires('models', 'user', 'service', 'admin')
  @Returns(ModelPriceView, { list: true })
  @Problem(422, 'invalid_request')
  listModelPriceHistory(@Query() { service = ANY, model }: PriceHistoryQuery) {
    return this.prices.history(service, model);
  }

  @Get('models/:id')
  @ApiOperation({ summary: 'Get a price by id, as named in receipts' })
  @Requires('models', 'user', 'service', 'admin')
  @Returns(ModelPriceView)
  @Problem(404, 'not_found')
  getModelPrice(@Id() id: string) {
    return this.prices.get(id);
  }

  @Post('models')
  @ApiOperation({
    summary: 'Set the price of a model',
    description:
      'Prices are never edited: a new one replaces the previous one from `effective_from`. Omitted columns have no price of their own.',
  })
  @ApiBody({ type: PriceBody, examples: PRICE_EXAMPLES })
  @Requires('admin:*', 'admin')
  @Returns(ModelPriceView, { status: 201 })
  @Problem(409, 'already_exists', 'price_jump')
  @Problem(422, 'invalid_request')
  setModelPrice(@CurrentActor() actor: Actor, @Body() body: PriceBody) {
    return this.prices.set(actor, body);
  }

  @Delete('models/:id')
  @ApiOperation({
    summary: 'Withdraw a price that an admin set',
    description:
      'Works for current and future prices. The model then uses its latest list price again. The withdrawn price stays in the history and on receipts.',
  })
  @Requires('admin:*', 'admin')
  @Returns(ModelPriceView)
  @Problem(404, 'not_found')
  @Problem(409, 'not_set_by_hand', 'already_withdrawn')
  withdrawModelPrice(@CurrentActor() actor: Actor, @Id() id: string) {
    return this.prices.withdraw(actor, id);
  }

  @Post('import')
  @ApiOperation({
    summary: "Import a price list in OpenRouter's or LiteLLM's format",
    description:
      'Negative, implausible and jumping prices are held back and reported; prices set by hand stay. The report shows for every key of the list how it was used. Maximum size: 16 MiB.',
  })
  @Requires('admin:*', 'admin')
  @AcceptBody({ max_bytes: LIST_MAX_BYTES })
  @Returns(PriceImportView)
  @Problem(422, 'invalid_request')
  importModelPrices(@CurrentActor() actor: Actor, @Query() { dry_run }: ImportQuery, @Body() document: ModelsDocument) {
    return this.lists.import(actor, document, dry_run);
  }

  @Post('sync')
  @ApiOperation({
    summary: "Import the prices of OpenRouter's model list",
    description: 'Same rules and report as for an import.',
  })
  @Requires('admin:*', 'admin')
  @Returns(PriceImportView)
  @Problem(503, 'openrouter_unavailable')
  syncModelPrices(@CurrentActor() actor: Actor, @Query() { dry_run }: ImportQuery) {
    return this.lists.sync(actor, dry_run);
  }
}
