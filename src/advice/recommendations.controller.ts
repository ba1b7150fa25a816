import { Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { AccountQuery } from '../credits/credits.dto.js';
import type { Actor } from '../platform/actor.js';
import { CurrentActor, Problem, Requires, Returns } from '../platform/http/decorators.js';
import { RecommendationView } from './recommendations.dto.js';
import { RecommendationsService } from './recommendations.service.js';

/** Recommendations that save money. */
@ApiTags('Analytics')
@Controller('usage/recommendations')
export class RecommendationsController {
  constructor(private readonly service: RecommendationsService) {}

  @Get()
  @ApiOperation({
    summary: 'List ways to pay less, the largest saving first',
    description:
      'Computed on request from the charged work of the last 30 days, priced again piece by piece. Each saves at least one credit or USD a month. Savings on the same work do not add up.',
  })
  @Requires('usage:read', 'user', 'service', 'admin')
  @Returns(RecommendationView, { list: true })
  @Problem(404, 'not_found')
  listRecommendations(@CurrentActor() actor: Actor, @Query() { user_id }: AccountQuery) {
    return this.service.list(actor, user_id);
  }

  @Post(':id/dismiss')
  @ApiOperation({ summary: 'Hide a recommendation for good', description: 'Safe to repeat.' })
  @ApiParam({ name: 'id', description: 'Id of the recommendation.', example: '5f0c1a9be2d47738' })
  @Requires('notifications', 'user', 'service', 'admin')
  @Returns(null)
  @Problem(404, 'not_found')
  dismissRecommendation(@CurrentActor() actor: Actor, @Param('id') id: string, @Query() { user_id }: AccountQuery) {
    return this.service.dismiss(actor, user_id, id);
  }
}
