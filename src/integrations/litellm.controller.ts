import { Body, Controller, Post } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import type { Recording } from '../metering/usage-events.repository.js';
import type { Actor } from '../platform/actor.js';
import { TakesBody } from '../platform/http/bodies.js';
import { By, Problem, Requires, Returns } from '../platform/http/decorators.js';
import { TrackResultView } from '../usage/track.dto.js';
import { readEach, RECORDS_MAX } from '../usage/track.reports.js';
import { resultsOf, throwIfUnavailable } from '../usage/track.results.js';
import { TrackingService } from '../usage/tracking.service.js';
import { litellmId, litellmReport } from './litellm.js';

/** Logs carry prompts and answers, which are read past. */
const CALLBACK_MAX_BYTES = 16 * 1024 * 1024;

/** A log, cut down to what is read of it. */
const LOG = {
  ...{ id: 'chatcmpl-123', status: 'success', model: 'openai/gpt-4o-mini', end_user: 'user-42' },
  ...{ prompt_tokens: 1200, completion_tokens: 300, total_tokens: 1500, response_cost: 0.00036 },
};

/** How one log ended. */
class LiteLlmResultView extends TrackResultView {
  /** The log's own id. */
  @ApiPropertyOptional({ description: "The log's own id.", example: 'chatcmpl-123' })
  request_id?: string;
}

/** LiteLLM's generic API logger: what its proxy has done, settled and recorded (docs/litellm.md). */
@ApiTags('Machine to machine')
@Controller('integrations/litellm')
export class LiteLlmController {
  constructor(private readonly tracking: TrackingService) {}

  @Post('callback')
  @ApiOperation({
    summary: 'Take logs of LiteLLM',
    description:
      "StandardLoggingPayloads in any of LiteLLM's formats: an array, one object, or one object a line. Each is settled and recorded once; messages, answers and keys are never stored. A 503 asks for the whole again: nothing is charged twice.",
  })
  @ApiBody({
    schema: { oneOf: [{ type: 'array', items: { type: 'object' } }, { type: 'object' }] },
    examples: { 'an array of logs': { value: [LOG] } },
  })
  @Requires('service', 'admin')
  @TakesBody({ lines: true, max_bytes: CALLBACK_MAX_BYTES })
  @Returns(LiteLlmResultView, { list: true })
  @Problem(503, 'overloaded', 'database_unavailable')
  async callback(@By() actor: Actor, @Body() body: unknown) {
    const logs: unknown[] = Array.isArray(body) ? body : [body];
    const ends = await this.takeAll(actor, logs);
    throwIfUnavailable(ends); // LiteLLM looks at the status alone
    return resultsOf(ends).map((result, i) => ({ ...result, request_id: litellmId(logs[i]) }));
  }

  private async takeAll(actor: Actor, logs: unknown[]): Promise<(Recording | Error)[]> {
    const ends: (Recording | Error)[] = [];
    for (let from = 0; from < logs.length; from += RECORDS_MAX) {
      const reports = await readEach(logs.slice(from, from + RECORDS_MAX), litellmReport);
      ends.push(...(await this.tracking.trackAll(actor, reports)));
    }
    return ends;
  }
}
