import { Body, Controller, Get, Post, Put, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../../platform/actor.js';
import { CurrentActor, Problem, Requires, Returns } from '../../platform/http/decorators.js';
import { UserIdParam } from '../../platform/http/user-id-param.js';
import { GiftChecks } from './gift-checks.service.js';
import { GiftCheckSettingsBody, GiftCheckSettingsView, GiftReviewsQuery, GiftReviewView } from './gift-reviews.dto.js';
import { GiftReviews } from './gift-reviews.service.js';

const User = (): MethodDecorator => ApiParam({ name: 'user_id', description: 'Id of the user.', example: 'user-42' });

/** Checks of gifts to new users, and decisions about them. */
@ApiTags('Credits')
@Controller('admin')
export class GiftReviewsController {
  constructor(
    private readonly reviews: GiftReviews,
    private readonly checks: GiftChecks,
  ) {}

  @Get('gift-checks')
  @ApiOperation({ summary: 'Get whether gifts to new users are checked' })
  @Requires('admin:*', 'admin')
  @Returns(GiftCheckSettingsView)
  getGiftChecks() {
    return this.checks.settings();
  }

  @Put('gift-checks')
  @ApiOperation({
    summary: 'Switch checks of gifts to new users on or off',
    description:
      'While they are on, digests of addresses, networks, devices, cards and own keys are stored, and accounts that look like a repeated registration get a part of their initial credits and of the credits of steps: 1, 0.5, 0.1 or 0. A first good payment gives the rest. Payments and paid work are never refused. Needs ENCRYPTION_KEYS.',
  })
  @Requires('admin:*', 'admin')
  @Returns(GiftCheckSettingsView)
  @Problem(422, 'invalid_request')
  @Problem(503, 'encryption_not_configured')
  setGiftChecks(@CurrentActor() actor: Actor, @Body() { is_on }: GiftCheckSettingsBody) {
    return this.checks.configure(actor, is_on);
  }

  @Get('gift-reviews')
  @ApiOperation({ summary: 'List accounts whose gifts were checked, those that were checked last first' })
  @Requires('admin:*', 'admin')
  @Returns(GiftReviewView, { list: true })
  @Problem(422, 'invalid_request')
  listGiftReviews(@Query() query: GiftReviewsQuery) {
    return this.reviews.list(query);
  }

  @Post('gift-reviews/:user_id/clear')
  @ApiOperation({
    summary: 'Clear an account: it gets whole gifts',
    description: 'Gives what was withheld, once. Wins against everything that was found. Safe to repeat.',
  })
  @User()
  @Requires('admin:*', 'admin')
  @Returns(GiftReviewView)
  @Problem(404, 'not_found')
  releaseGifts(@CurrentActor() actor: Actor, @UserIdParam('user_id') user_id: string) {
    return this.reviews.decide(actor, user_id, 'clear');
  }

  @Post('gift-reviews/:user_id/confirm')
  @ApiOperation({
    summary: 'Confirm abuse: the account gets no gifts any more',
    description: 'It keeps what it has, and can pay and work as before. Safe to repeat.',
  })
  @User()
  @Requires('admin:*', 'admin')
  @Returns(GiftReviewView)
  @Problem(404, 'not_found')
  confirmAbuse(@CurrentActor() actor: Actor, @UserIdParam('user_id') user_id: string) {
    return this.reviews.decide(actor, user_id, 'confirm');
  }
}
