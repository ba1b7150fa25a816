import { Body, Controller, Delete, Get, Patch, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../../platform/actor.js';
import { CurrentActor, Id, Problem, Requires, Returns } from '../../platform/http/decorators.js';
import { MarkupRulesRepository } from './markup-rules.repository.js';
import { MarkupRulesService } from './markup-rules.service.js';
import { MarkupRuleBody, MarkupRuleChanges, MarkupRuleView } from '../pricing.dto.js';

/** Rules for the platform's markup on provider costs. */
@ApiTags('Pricing')
@Controller('pricing/markup-rules')
export class MarkupRulesController {
  constructor(
    private readonly rules: MarkupRulesRepository,
    private readonly service: MarkupRulesService,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List the markup rules in order of precedence' })
  @Requires('models', 'service', 'admin')
  @Returns(MarkupRuleView, { list: true })
  listMarkupRules() {
    return this.rules.list();
  }

  @Get(':id')
  @ApiOperation({ summary: 'Get a markup rule' })
  @Requires('models', 'service', 'admin')
  @Returns(MarkupRuleView)
  @Problem(404, 'not_found')
  getMarkupRule(@Id() id: string) {
    return this.rules.get(id);
  }

  @Post()
  @ApiOperation({
    summary: 'Create a markup rule',
    description:
      'Precedence: a rule for the model, then for its provider, then for the tier, then for the price class.',
  })
  @Requires('admin:*', 'admin')
  @Returns(MarkupRuleView, { status: 201 })
  @Problem(409, 'already_exists')
  @Problem(422, 'invalid_request')
  createMarkupRule(@CurrentActor() actor: Actor, @Body() body: MarkupRuleBody) {
    return this.service.create(actor, body);
  }

  @Patch(':id')
  @ApiOperation({
    summary: 'Change the rate of a markup rule',
    description: 'Applies to work that is priced afterwards.',
  })
  @Requires('admin:*', 'admin')
  @Returns(MarkupRuleView)
  @Problem(404, 'not_found')
  @Problem(422, 'invalid_request')
  updateMarkupRule(@CurrentActor() actor: Actor, @Id() id: string, @Body() body: MarkupRuleChanges) {
    return this.service.update(actor, id, body);
  }

  @Delete(':id')
  @ApiOperation({
    summary: 'Delete a markup rule',
    description: 'The rules of the four price classes cannot be deleted.',
  })
  @Requires('admin:*', 'admin')
  @Returns(null)
  @Problem(404, 'not_found')
  @Problem(409, 'markup_rule_required')
  deleteMarkupRule(@CurrentActor() actor: Actor, @Id() id: string) {
    return this.service.delete(actor, id);
  }
}
