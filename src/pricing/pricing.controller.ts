import { Body, Controller, Delete, Get, Post, Query } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../platform/actor.js';
import { By, Id, Problem, Requires, Returns } from '../platform/http/decorators.js';
import { TakesBody } from '../platform/http/bodies.js';
import { ANY } from './price.js';
import { ImportQuery, ModelsDocument, PriceImportView } from './lists/import.dto.js';
import { PriceListsService } from './lists/price-lists.service.js';
import { ModelPriceView, PRICE_EXAMPLES, PriceBody, PriceHistoryQuery, PricesQuery } from './pricing.dto.js';
import { PricesService } from './prices.service.js';

const LIST_MAX_BYTES = 16 * 1024 * 1024;

/** The catalogue of prices. */
@ApiTags('Pricing')
@Controller('pricing')
export class PricingController {
  constructor(
    private readonly prices: PricesService,
    private readonly lists: PriceListsService,
  ) {}

  @Get('models')
  @ApiOperation({
    summary: 'The prices in effect, by model',
    description: 'USD at list price; the markup comes on top.',
  })
  @Requires('user', 'service', 'admin')
  @Returns(ModelPriceView, { list: true })
  @Problem(422, 'invalid_request')
  listModelPrices(@Query() query: PricesQuery) {
    return this.prices.list(query);
  }

  @Get('models/history')
  @ApiOperation({ summary: 'Every price that a model had and will have, newest first' })
  @Requires('user', 'service', 'admin')
  @Returns(ModelPriceView, { list: true })
  @Problem(422, 'invalid_request')
  listModelPriceHistory(@Query() { service = ANY, model }: PriceHistoryQuery) {
    return this.prices.history(service, model);
  }

  @Get('models/:id')
  @ApiOperation({ summary: 'One price, such as a receipt names it' })
  @Requires('user', 'service', 'admin')
  @Returns(ModelPriceView)
  @Problem(404, 'not_found')
  getModelPrice(@Id() id: string) {
    return this.prices.get(id);
  }

  @Post('models')
  @ApiOperation({
    summary: 'Set the price of a model from an instant on',
    description:
      'Prices are never edited: this one replaces the one before it. What is left out has no price of its own.',
  })
  @ApiBody({ type: PriceBody, examples: PRICE_EXAMPLES })
  @Requires('admin')
  @Returns(ModelPriceView, { status: 201 })
  @Problem(409, 'already_exists', 'price_jump')
  @Problem(422, 'invalid_request')
  setModelPrice(@By() actor: Actor, @Body() body: PriceBody) {
    return this.prices.set(actor, body);
  }

  @Delete('models/:id')
  @ApiOperation({
    summary: 'Take back a price that an admin set',
    description:
      'From now on, and also one that is still to come: the model follows the list again, by its newest price from there. The price stays in the history and on the receipts of what it priced.',
  })
  @Requires('admin')
  @Returns(ModelPriceView)
  @Problem(404, 'not_found')
  @Problem(409, 'not_set_by_hand', 'already_withdrawn')
  withdrawModelPrice(@By() actor: Actor, @Id() id: string) {
    return this.prices.withdraw(actor, id);
  }

  @Post('import')
  @ApiOperation({
    summary: "Take in a list of prices in OpenRouter's or LiteLLM's form",
    description:
      'Negative, absurd and jumping prices are held back and reported; prices set by hand stay. The report names every key of the list, and what became of it. A document may have 16 MiB.',
  })
  @Requires('admin')
  @TakesBody({ max_bytes: LIST_MAX_BYTES })
  @Returns(PriceImportView)
  @Problem(422, 'invalid_request')
  importModelPrices(@By() actor: Actor, @Query() { dry_run }: ImportQuery, @Body() document: ModelsDocument) {
    return this.lists.import(actor, document, dry_run);
  }

  @Post('sync')
  @ApiOperation({ summary: "Read OpenRouter's list of models and take it in", description: 'As import does.' })
  @Requires('admin')
  @Returns(PriceImportView)
  @Problem(503, 'openrouter_unavailable')
  syncModelPrices(@By() actor: Actor, @Query() { dry_run }: ImportQuery) {
    return this.lists.sync(actor, dry_run);
  }
}
