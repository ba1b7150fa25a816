import { Body, Controller, Post } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { litellm_rejection } from '../../generated/prisma/enums.js';
import type { Actor } from '../../platform/actor.js';
import { AcceptBody } from '../../platform/http/bodies/bodies.js';
import { CurrentActor, Problem, Requires, Returns, WithHeaders } from '../../platform/http/decorators.js';
import { Webhooks } from '../../platform/webhooks.js';
import { TrackResultView } from '../../usage/tracking/track.dto.js';
import { type LogEnd, LogsService } from './logs.service.js';

/** Logs contain prompts and completions, which are ignored, but make the body large. */
const CALLBACK_MAX_BYTES = 16 * 1024 * 1024;

/** An example log, with only the members that are read. */
const LOG = {
  id: 'chatcmpl-123',
  status: 'success',
  model: 'openai/gpt-4o-mini',
  prompt_tokens: 1200,
  completion_tokens: 300,
  total_tokens: 1500,
  response_cost: 0.00036,
  metadata: { user_api_key_user_id: 'user-42' },
};

/** The result of one log. */
class LiteLlmResultView extends TrackResultView {
  @ApiPropertyOptional({ description: "The log's own id.", example: 'chatcmpl-123' })
  request_id?: string;

  @ApiPropertyOptional({
    description: 'Why the log was rejected.',
    enum: litellm_rejection,
    enumName: 'litellm_rejection',
  })
  reason?: litellm_rejection;

  @ApiPropertyOptional({
    description: 'Id of the stored rejected log, which an admin can book later.',
    type: 'string',
    format: 'uuid',
  })
  rejected_id?: string;
}

/** Receives logs from LiteLLM's generic API logger and settles and records the work (docs/litellm.md). */
@ApiTags('Machine to machine')
@Controller('integrations/litellm')
export class LiteLlmController {
  constructor(
    private readonly logs: LogsService,
    private readonly webhooks: Webhooks,
  ) {}

  @Post('callback')
  @ApiOperation({
    summary: 'Ingest LiteLLM logs',
    description:
      "Up to 10,000 StandardLoggingPayloads in any of LiteLLM's formats, with any Content-Type: an array, one object, or one object per line. Each log is settled and recorded once. Messages, completions and keys are never stored. Logs that cannot be booked are stored for an admin. The headers X-Tollgate-Recorded, X-Tollgate-Duplicates and X-Tollgate-Rejected contain the number of logs by result. On 503, resend the whole body; nothing is charged twice.",
  })
  @ApiBody({
    schema: { oneOf: [{ type: 'array', items: { type: 'object' } }, { type: 'object' }] },
    examples: { 'an array of logs': { value: [LOG] } },
  })
  @Requires('charge', 'service', 'admin')
  @AcceptBody({ as_text: true, max_bytes: CALLBACK_MAX_BYTES })
  @Returns(LiteLlmResultView, {
    list: true,
    headers: ['X-Tollgate-Recorded', 'X-Tollgate-Duplicates', 'X-Tollgate-Rejected'],
  })
  @Problem(400, 'malformed_json')
  @Problem(413, 'payload_too_large', 'too_many_records')
  @Problem(503, 'overloaded', 'database_unavailable')
  async receiveLiteLlmLogs(@CurrentActor() actor: Actor, @Body() message: string) {
    const ends = await this.webhooks.receive(
      'litellm',
      () => this.logs.ingest(actor, message),
      (taken) => taken.map(({ status }) => (status === 'error' ? 'rejected' : status)),
    );
    const results = ends.map((end, index) => ({ index, ...end }));
    return new WithHeaders(results, countsOf(ends));
  }
}

function countsOf(ends: readonly LogEnd[]): Record<string, string> {
  const count = (status: LogEnd['status']): string => String(ends.filter((end) => end.status === status).length);
  return {
    'x-tollgate-recorded': count('recorded'),
    'x-tollgate-duplicates': count('duplicate'),
    'x-tollgate-rejected': count('error'),
  };
}
