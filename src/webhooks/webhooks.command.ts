import { ApiProperty } from '@nestjs/swagger';
import { Command, SubCommand } from 'nest-commander';
import { CliCommand, cliActor, CommandGroup, DtoCommand } from '../platform/cli/command.js';
import { EXIT } from '../platform/cli/exit-codes.js';
import { type Column, Terminal } from '../platform/cli/terminal.js';
import { isUuid } from '../platform/database/uuid.js';
import { NotFound } from '../platform/errors.js';
import { PageQuery } from '../platform/http/page.js';
import { IsText } from '../platform/values/wire-decorators.js';
import { WebhookTestView } from './deliveries/deliveries.dto.js';
import { EndpointTest } from './endpoints/endpoint-test.service.js';
import { WebhookEndpointView, WebhookRecoveryBody } from './endpoints/endpoints.dto.js';
import { WebhookEndpoints } from './endpoints/endpoints.service.js';
import { WebhooksListenCommand } from './listen.command.js';

const ENDPOINT = { arguments: '<endpoint>', argsDescription: { endpoint: 'Id of the endpoint' } };

const COLUMNS: readonly Column[] = [
  ['id', 'id'],
  ['url', 'url'],
  ['events', 'events'],
  ['status', 'status'],
  ['reason', 'disabled_reason'],
  ['failing since', 'failing_since'],
  ['pending', 'pending'],
  ['description', 'description'],
];

/** `tollgate webhooks list`. */
@SubCommand({ name: 'list', description: 'List the webhook endpoints, newest first' })
export class WebhooksListCommand extends DtoCommand<PageQuery> {
  protected readonly dto = PageQuery;

  constructor(
    terminal: Terminal,
    private readonly endpoints: WebhookEndpoints,
  ) {
    super(terminal);
  }

  protected override async execute(query: PageQuery): Promise<void> {
    this.list(WebhookEndpointView, await this.endpoints.list(query), COLUMNS);
  }
}

/** `tollgate webhooks test`: exit code 1 if the endpoint does not accept the message. */
@SubCommand({ name: 'test', ...ENDPOINT, description: 'Send a test message to an endpoint and show what comes of it' })
export class WebhooksTestCommand extends CliCommand {
  constructor(
    terminal: Terminal,
    private readonly tests: EndpointTest,
  ) {
    super(terminal);
  }

  override async run([id = '']: string[]): Promise<void> {
    const result = await this.tests.run(cliActor(), endpointId(id));
    if (!result.delivered) this.terminal.exit_code = EXIT.unexpected;
    this.show(WebhookTestView, result);
  }
}

class ReplayOrder extends WebhookRecoveryBody {
  @ApiProperty({ description: 'Id of the endpoint', type: 'string' })
  @IsText({ min_length: 1 })
  endpoint!: string;
}

/** `tollgate webhooks replay`. */
@SubCommand({
  name: 'replay',
  ...ENDPOINT,
  description: 'Send the events since an instant that were not delivered to an endpoint; a worker sends them',
})
export class WebhooksReplayCommand extends DtoCommand<ReplayOrder> {
  protected readonly dto = ReplayOrder;
  protected override readonly argument = 'endpoint';

  constructor(
    terminal: Terminal,
    private readonly endpoints: WebhookEndpoints,
  ) {
    super(terminal);
  }

  protected override async execute({ endpoint, since }: ReplayOrder): Promise<void> {
    this.show(WebhookEndpointView, await this.endpoints.recover(cliActor(), endpointId(endpoint), since));
  }
}

function endpointId(text: string): string {
  if (!isUuid(text)) throw new NotFound('Webhook endpoint');
  return text.toLowerCase();
}

export const WEBHOOKS_COMMANDS = [
  WebhooksListCommand,
  WebhooksTestCommand,
  WebhooksListenCommand,
  WebhooksReplayCommand,
];

/** `tollgate webhooks`: endpoints that receive events. */
@Command({
  name: 'webhooks',
  description: 'List and test the endpoints that receive events, and forward events to your own machine',
  subCommands: WEBHOOKS_COMMANDS,
})
export class WebhooksCommand extends CommandGroup {}
