import { Body, Controller, Delete, Get, Patch, Post, Query } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../../platform/actor.js';
import { CurrentActor, Id, Problem, Requires, Returns } from '../../platform/http/decorators.js';
import { answered, Idempotent, KeyHeader } from '../../platform/http/idempotency-key.js';
import {
  ScheduledGrantBody,
  ScheduledGrantChangeBody,
  ScheduledGrantPreviewView,
  ScheduledGrantRunView,
  ScheduledGrantsQuery,
  ScheduledGrantView,
} from './schedules.dto.js';
import { ScheduledGrants } from './schedules.service.js';

const MONTHLY = { name: 'Research', amount: '10', every: 'month', starts_on: '2027-01-31' };
const Terms = (): MethodDecorator =>
  ApiBody({
    type: ScheduledGrantBody,
    examples: {
      'every account of a plan': { value: { ...MONTHLY, tier: 'starter', expires_after_days: 30 } },
      'one account': { value: { ...MONTHLY, user_id: 'user-42', time_of_day: '09:30', timezone: 'Europe/Berlin' } },
    },
  });
const Schedule = (): MethodDecorator => ApiParam({ name: 'id', description: 'Id of the scheduled grant.' });

/** Credits that accounts get regularly. */
@ApiTags('Scheduled grants')
@Controller('admin/scheduled-grants')
export class SchedulesController {
  constructor(private readonly grants: ScheduledGrants) {}

  @Post()
  @ApiOperation({
    summary: 'Create a scheduled grant',
    description:
      'Gives credits to one account (`user_id`: a person or an organization) or to every account of a plan (`tier`), every day, week or month. Each account gets the credits of an occurrence once. Occurrences that were missed because the service was down are booked later, unless their credits would have expired already. Plan members are those who have the plan when the occurrence is booked, and whose accounts were open when it was due.',
  })
  @Terms()
  @Requires('admin:*', 'admin')
  @Idempotent()
  @Returns(ScheduledGrantView, { status: 201 })
  @Problem(404, 'not_found')
  @Problem(422, 'invalid_request')
  async createScheduledGrant(
    @CurrentActor() actor: Actor,
    @Body() body: ScheduledGrantBody,
    @KeyHeader() key: string | undefined,
  ) {
    return answered(await this.grants.create(actor, body, key));
  }

  @Post('preview')
  @ApiOperation({
    summary: 'Preview a scheduled grant',
    description: 'The next occurrences, and how many accounts would get the credits. Nothing is stored.',
  })
  @Terms()
  @Requires('admin:*', 'admin')
  @Returns(ScheduledGrantPreviewView)
  @Problem(404, 'not_found')
  @Problem(422, 'invalid_request')
  previewScheduledGrant(@Body() body: ScheduledGrantBody) {
    return this.grants.preview(body);
  }

  @Get()
  @ApiOperation({ summary: 'List scheduled grants, newest first', description: 'Follow `X-Next-Cursor`.' })
  @Requires('admin:*', 'admin')
  @Returns(ScheduledGrantView, { list: true })
  @Problem(422, 'invalid_request')
  listScheduledGrants(@Query() query: ScheduledGrantsQuery) {
    return this.grants.list(query);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Get a scheduled grant' })
  @Schedule()
  @Requires('admin:*', 'admin')
  @Returns(ScheduledGrantView)
  @Problem(404, 'not_found')
  getScheduledGrant(@Id() id: string) {
    return this.grants.get(id);
  }

  @Get(':id/preview')
  @ApiOperation({ summary: 'List the next occurrences of a scheduled grant' })
  @Schedule()
  @Requires('admin:*', 'admin')
  @Returns(ScheduledGrantPreviewView)
  @Problem(404, 'not_found')
  getScheduledGrantPreview(@Id() id: string) {
    return this.grants.upcoming(id);
  }

  @Get(':id/runs')
  @ApiOperation({
    summary: 'List the latest occurrences of a scheduled grant, newest first',
    description: 'At most 100, with their progress.',
  })
  @Schedule()
  @Requires('admin:*', 'admin')
  @Returns(ScheduledGrantRunView, { list: true })
  @Problem(404, 'not_found')
  listScheduledGrantRuns(@Id() id: string) {
    return this.grants.runsOf(id);
  }

  @Patch(':id')
  @ApiOperation({
    summary: 'Change a scheduled grant',
    description:
      'Applies to occurrences that have not begun. Receiver, source and times stay; create another scheduled grant for other ones.',
  })
  @Schedule()
  @Requires('admin:*', 'admin')
  @Returns(ScheduledGrantView)
  @Problem(404, 'not_found')
  @Problem(422, 'invalid_request')
  updateScheduledGrant(@CurrentActor() actor: Actor, @Id() id: string, @Body() body: ScheduledGrantChangeBody) {
    return this.grants.change(actor, id, body);
  }

  @Post(':id/pause')
  @ApiOperation({
    summary: 'Pause a scheduled grant',
    description: 'An occurrence that is being booked stops at once, and continues when the grant is resumed.',
  })
  @Schedule()
  @Requires('admin:*', 'admin')
  @Returns(ScheduledGrantView)
  @Problem(404, 'not_found')
  pauseScheduledGrant(@CurrentActor() actor: Actor, @Id() id: string) {
    return this.grants.pause(actor, id);
  }

  @Post(':id/resume')
  @ApiOperation({
    summary: 'Resume a scheduled grant',
    description: 'Occurrences that were due while it was paused are not booked.',
  })
  @Schedule()
  @Requires('admin:*', 'admin')
  @Returns(ScheduledGrantView)
  @Problem(404, 'not_found')
  resumeScheduledGrant(@CurrentActor() actor: Actor, @Id() id: string) {
    return this.grants.resume(actor, id);
  }

  @Delete(':id')
  @ApiOperation({
    summary: 'Remove a scheduled grant',
    description: 'Credits that were given stay. Accounts that an unfinished occurrence did not reach get nothing.',
  })
  @Schedule()
  @Requires('admin:*', 'admin')
  @Returns(null)
  @Problem(404, 'not_found')
  deleteScheduledGrant(@CurrentActor() actor: Actor, @Id() id: string) {
    return this.grants.remove(actor, id);
  }
}
