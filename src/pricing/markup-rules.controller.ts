import { Body, Controller, Delete, Get, Patch, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../platform/actor.js';
import { By, Id, Problem, Requires, Returns } from '../platform/http/decorators.js';
import { MarkupRulesRepository } from './markup-rules.repository.js';
import { MarkupRulesService } from './markup-rules.service.js';
import { MarkupRuleBody, MarkupRuleChanges, MarkupRuleView } from './pricing.dto.js';

/** What the platform adds to a provider's cost. */
@ApiTags('Pricing')
@Controller('pricing/markup-rules')
export class MarkupRulesController {
  constructor(
    private readonly rules: MarkupRulesRepository,
    private readonly service: MarkupRulesService,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Every markup rule, in the order of precedence' })
  @Requires('service', 'admin')
  @Returns(MarkupRuleView, { list: true })
  listMarkupRules() {
    return this.rules.list();
  }

  @Get(':id')
  @ApiOperation({ summary: 'One markup rule' })
  @Requires('service', 'admin')
  @Returns(MarkupRuleView)
  @Problem(404, 'not_found')
  getMarkupRule(@Id() id: string) {
    return this.rules.get(id);
  }

  @Post()
  @ApiOperation({
    summary: 'Make a markup rule',
    description: 'A rule of the model goes before one of its provider, then of the tier, then of the class.',
  })
  @Requires('admin')
  @Returns(MarkupRuleView, { status: 201 })
  @Problem(409, 'already_exists')
  @Problem(422, 'invalid_request')
  createMarkupRule(@By() actor: Actor, @Body() body: MarkupRuleBody) {
    return this.service.create(actor, body);
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Change the rate of a markup rule', description: 'It counts for work priced after it.' })
  @Requires('admin')
  @Returns(MarkupRuleView)
  @Problem(404, 'not_found')
  @Problem(422, 'invalid_request')
  updateMarkupRule(@By() actor: Actor, @Id() id: string, @Body() body: MarkupRuleChanges) {
    return this.service.update(actor, id, body);
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Delete a markup rule', description: 'The rules of the four classes stay.' })
  @Requires('admin')
  @Returns(null)
  @Problem(404, 'not_found')
  @Problem(409, 'markup_rule_required')
  deleteMarkupRule(@By() actor: Actor, @Id() id: string) {
    return this.service.delete(actor, id);
  }
}
