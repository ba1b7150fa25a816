import { Body, Controller, Delete, Get, Post } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../../platform/actor.js';
import { CurrentActor, Id, Problem, Requires, Returns } from '../../platform/http/decorators.js';
import { EquivalentBody, EquivalentView } from './equivalents.dto.js';
import { EquivalentsService } from './equivalents.service.js';

/** The operator's table of models that can replace others. */
@ApiTags('Pricing')
@Controller('pricing/equivalents')
export class EquivalentsController {
  constructor(private readonly service: EquivalentsService) {}

  @Get()
  @ApiOperation({ summary: 'List the models that can replace others' })
  @Requires('models', 'user', 'service', 'admin')
  @Returns(EquivalentView, { list: true })
  listEquivalents() {
    return this.service.list();
  }

  @Post()
  @ApiOperation({
    summary: 'Declare that a model can replace another',
    description:
      'Recommendations call a cheaper model equal only if it is listed here; all others are "cheaper, not judged equal".',
  })
  @Requires('admin:*', 'admin')
  @Returns(EquivalentView, { status: 201 })
  @Problem(409, 'already_exists')
  @Problem(422, 'invalid_request')
  createEquivalent(@CurrentActor() actor: Actor, @Body() body: EquivalentBody) {
    return this.service.create(actor, body);
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Remove a model that can replace another' })
  @ApiParam({ name: 'id', description: 'Id of the pair of models.' })
  @Requires('admin:*', 'admin')
  @Returns(null)
  @Problem(404, 'not_found')
  deleteEquivalent(@CurrentActor() actor: Actor, @Id() id: string) {
    return this.service.delete(actor, id);
  }
}
