import { setTimeout as pause } from 'node:timers/promises';
import { ApiProperty, IntersectionType, OmitType } from '@nestjs/swagger';
import { IsUrl } from 'class-validator';
import { SubCommand } from 'nest-commander';
import { request } from 'undici';
import { EventLogQuery } from '../events/events.dto.js';
import { EventsService } from '../events/events.service.js';
import type { StoredEvent } from '../events/stored-event.js';
import { cliActor, DtoCommand } from '../platform/cli/command.js';
import { Terminal } from '../platform/cli/terminal.js';
import { makeSigningSecret, messageOf, signedHeaders } from './sending/message.js';

const POLL_MS = 1_000;
const LIMIT_MS = 15_000;

class ForwardTarget {
  @ApiProperty({
    description: 'URL that events are sent to, usually on your own machine',
    type: 'string',
    example: 'http://localhost:3000/webhooks',
  })
  @IsUrl({ require_tld: false, require_protocol: true, protocols: ['http', 'https'] })
  forward_to!: string;
}

class ListenOrder extends IntersectionType(OmitType(EventLogQuery, ['limit'] as const), ForwardTarget) {}

/** `tollgate webhooks listen`: forwards events as they happen, signed, until it is interrupted. */
@SubCommand({
  name: 'listen',
  description: 'Forward events to a URL of your own machine as they happen, signed like webhooks; Ctrl-C stops it',
})
export class WebhooksListenCommand extends DtoCommand<ListenOrder> {
  protected readonly dto = ListenOrder;
  protected override readonly flags = { user_id: '--user' };

  constructor(
    terminal: Terminal,
    private readonly events: EventsService,
  ) {
    super(terminal);
  }

  protected override async execute({ forward_to, ...query }: ListenOrder): Promise<void> {
    const secret = makeSigningSecret();
    this.terminal.note(`Events are signed with ${secret}`, { secret });
    let after = query.after ?? (await this.events.latest());
    for (;;) {
      const events = await this.events.list(cliActor(), { ...query, ...(after !== undefined && { after }), limit: 50 });
      for (const event of events) await this.forward(event, forward_to, secret);
      after = events.at(-1)?.id ?? after;
      if (events.length === 0) await pause(POLL_MS);
    }
  }

  private async forward(event: StoredEvent, url: string, secret: string): Promise<void> {
    const began_ms = Date.now();
    const outcome = await send(event, url, secret);
    const { id, type, user_id, sequence } = event;
    const duration_ms = Date.now() - began_ms;
    if (this.terminal.isJson)
      this.terminal.print(JSON.stringify({ id, type, user_id, sequence, ...outcome, duration_ms })); // one per line
    else
      this.terminal.print(
        `${type}  ${user_id} #${sequence}  ${outcome.status_code ?? outcome.error}  ${duration_ms} ms`,
      );
  }
}

async function send(
  event: StoredEvent,
  url: string,
  secret: string,
): Promise<{ status_code: number | null; error: string | null }> {
  const message = messageOf(event);
  const headers = { 'content-type': 'application/json', ...signedHeaders(message, new Date(), [secret]) };
  try {
    const signal = AbortSignal.timeout(LIMIT_MS);
    const { statusCode, body } = await request(url, { method: 'POST', body: message.body, headers, signal });
    await body.dump();
    return { status_code: statusCode, error: null };
  } catch (error) {
    return { status_code: null, error: (error as Error).message };
  }
}
