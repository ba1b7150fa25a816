import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiExtraModels, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { AccountQuery } from '../../credits/credits.dto.js';
import { idempotencyKey } from '../../credits/posting/idempotency.js';
import { type Recording, UsageEventsRepository } from '../../metering/usage-events.repository.js';
import { accountOf, type Actor } from '../../platform/actor.js';
import { CLOUDEVENTS_TYPES, AcceptBody } from '../../platform/http/bodies/bodies.js';
import { batchDoc, listDoc, RECORDS_MAX_BYTES, recordsOf } from '../../platform/http/bodies/records.js';
import { CurrentActor, Id, Problem, Requires, Returns } from '../../platform/http/decorators.js';
import { answered, Idempotent, KeyHeader } from '../../platform/http/idempotency-key.js';
import { CloudEvent, cloudEventReport } from './cloudevents.js';
import { TrackBatchQuery, TrackBody, TrackedView, TrackRecord, TrackResultView, UsageEventView } from './track.dto.js';
import { BATCH_EXAMPLES, EVENT_EXAMPLES, TRACK_EXAMPLES } from './track.examples.js';
import { readEach, readRecords, trackedBy } from './track.reports.js';
import { resultsOf } from './track.results.js';
import { TrackingService } from './tracking.service.js';

/** Records usage, and charges it if asked to, once per piece of work. */
@ApiTags('Usage')
@ApiExtraModels(TrackRecord, CloudEvent)
@Controller('credits/usage')
export class TrackController {
  constructor(
    private readonly tracking: TrackingService,
    private readonly events: UsageEventsRepository,
  ) {}

  @Post('track')
  @ApiBody({ type: TrackBody, examples: TRACK_EXAMPLES })
  @ApiOperation({
    summary: 'Record a piece of work',
    description:
      'By default only records. With `charge` or `settle`, the charge and the event are one atomic write. Repeating the same work under the same `request_id` returns the recorded event, without recording or charging it again; different work under it is a 409.',
  })
  @Requires('usage:write', 'user', 'service', 'admin')
  @Idempotent()
  @Returns(TrackedView)
  @Problem(402, 'insufficient_credits', 'credits_on_hold', 'monthly_cap_exceeded', 'budget_exceeded')
  @Problem(422, 'invalid_request')
  @Problem(429, 'call_limit_exceeded', 'free_call_limit_exceeded')
  @Problem(403, 'account_suspended', 'account_closed')
  @Problem(403, 'key_service_not_allowed', 'key_model_not_allowed', 'member_model_not_allowed')
  @Problem(404, 'not_found')
  async trackUsage(@CurrentActor() actor: Actor, @Body() body: TrackBody, @KeyHeader() key: string | undefined) {
    const known = idempotencyKey(key, actor, 'track', body);
    return tracked(await this.tracking.track(actor, trackedBy(actor, body), known, key));
  }

  @Post('track/batch')
  @ApiOperation({
    summary: 'Record up to 1000 pieces of work',
    description:
      'Each record succeeds or fails independently. Safe to repeat as a whole. Work counts toward the limits of the day on which it was done (`occurred_at`): late work neither uses up the calls of today nor is refused because of them.',
  })
  @ApiBody({ schema: batchDoc(TrackRecord), examples: BATCH_EXAMPLES })
  @Requires('usage:write', 'service', 'admin')
  @AcceptBody({ max_bytes: RECORDS_MAX_BYTES })
  @Returns(TrackResultView, { list: true })
  @Problem(422, 'invalid_request')
  async trackUsageBatch(@CurrentActor() actor: Actor, @Body() body: unknown, @Query() { history }: TrackBatchQuery) {
    const reports = await readRecords(actor, recordsOf(body), history);
    return resultsOf(await this.tracking.trackAll(actor, reports));
  }

  @Post('events')
  @ApiOperation({
    summary: 'Record CloudEvents 1.0',
    description:
      'One event or an array of up to 1000, as `application/cloudevents+json`, `application/cloudevents-batch+json` or plain JSON. A single invalid event is a 422; in an array, each event succeeds or fails independently.',
  })
  @ApiConsumes('application/json', ...CLOUDEVENTS_TYPES)
  @ApiBody({ schema: { oneOf: [{ $ref: getSchemaPath(CloudEvent) }, listDoc(CloudEvent)] }, examples: EVENT_EXAMPLES })
  @Requires('usage:write', 'service', 'admin')
  @AcceptBody({ types: CLOUDEVENTS_TYPES, max_bytes: RECORDS_MAX_BYTES })
  @Returns(TrackResultView, { list: true })
  @Problem(403, 'key_service_not_allowed', 'key_model_not_allowed', 'member_model_not_allowed')
  @Problem(404, 'not_found')
  @Problem(409, 'idempotency_conflict')
  @Problem(422, 'invalid_request')
  async trackUsageEvents(@CurrentActor() actor: Actor, @Body() body: unknown) {
    if (Array.isArray(body)) {
      const reports = await readEach(recordsOf(body, 'events'), cloudEventReport);
      return resultsOf(await this.tracking.trackAll(actor, reports));
    }
    return resultsOf([await this.tracking.track(actor, await cloudEventReport(body))]);
  }

  @Get('events/:id')
  @ApiOperation({ summary: 'Get a usage event' })
  @Requires('usage:read', 'user', 'service', 'admin')
  @Returns(UsageEventView)
  @Problem(404, 'not_found')
  getUsageEvent(@CurrentActor() actor: Actor, @Id() id: string, @Query() query: AccountQuery) {
    return this.events.get(accountOf(actor, query.user_id), id);
  }
}

const tracked = ({ event, is_duplicate }: Recording) => answered({ result: event, replayed: is_duplicate });
