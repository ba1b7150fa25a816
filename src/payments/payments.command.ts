import { Command, SubCommand } from 'nest-commander';
import { CliCommand, cliActor, CommandGroup, DtoCommand } from '../platform/cli/command.js';
import { addDtoOptions, readDto } from '../platform/cli/options.js';
import { type Column, Terminal } from '../platform/cli/terminal.js';
import {
  AcceptBody,
  EndBillingBody,
  EndedBillingView,
  PaymentDetailView,
  PaymentView,
  RefuseBody,
  ReviewsQuery,
} from './payments.dto.js';
import { BillingTermination } from './plans/billing-termination.service.js';
import { ReviewsService } from './reviews/reviews.service.js';

const PAYMENT = { arguments: '<payment>', argsDescription: { payment: 'UUID of the payment' } };

const COLUMNS: readonly Column[] = [
  ['payment', 'id'],
  ['user', 'user_id'],
  ['for', 'kind'],
  ['amount', 'amount'],
  ['settled', 'settled'],
  ['currency', 'currency'],
  ['credits', 'credits'],
  ['created', 'created_at'],
  ['detail', 'detail'],
];

/** `tollgate payments list`. */
@SubCommand({ name: 'list', description: 'List payments held for review, oldest first' })
export class PaymentsListCommand extends DtoCommand<ReviewsQuery> {
  protected readonly dto = ReviewsQuery;

  constructor(
    terminal: Terminal,
    private readonly reviews: ReviewsService,
  ) {
    super(terminal);
  }

  protected override async execute({ limit, offset }: ReviewsQuery): Promise<void> {
    this.list(PaymentView, await this.reviews.held(limit, offset), COLUMNS);
  }
}

/** `tollgate payments show`. */
@SubCommand({ name: 'show', ...PAYMENT, description: 'Show a payment with its refunds and disputes' })
export class PaymentsShowCommand extends CliCommand {
  constructor(
    terminal: Terminal,
    private readonly reviews: ReviewsService,
  ) {
    super(terminal);
  }

  override async run([payment = '']: string[]): Promise<void> {
    this.show(PaymentDetailView, await this.reviews.show(payment));
  }
}

/** `tollgate payments accept`. */
@SubCommand({
  name: 'accept',
  ...PAYMENT,
  description: 'Accept a held payment: grant what it was for, or the given credits',
})
export class PaymentsAcceptCommand extends CliCommand {
  constructor(
    terminal: Terminal,
    private readonly reviews: ReviewsService,
  ) {
    super(terminal);
  }

  override async run([payment = '']: string[]): Promise<void> {
    const body = await readDto(this.command, AcceptBody, {}, {});
    this.show(PaymentView, await this.reviews.accept(cliActor(), payment, body));
  }

  protected override addOptions(): void {
    addDtoOptions(this.command, AcceptBody);
  }
}

/** `tollgate payments refuse`. */
@SubCommand({
  name: 'refuse',
  ...PAYMENT,
  description: 'Refuse a held payment: grant nothing; refund the money at Stripe',
})
export class PaymentsRefuseCommand extends CliCommand {
  constructor(
    terminal: Terminal,
    private readonly reviews: ReviewsService,
  ) {
    super(terminal);
  }

  override async run([payment = '']: string[]): Promise<void> {
    const body = await readDto(this.command, RefuseBody, {}, {});
    this.show(PaymentView, await this.reviews.refuse(cliActor(), payment, body));
  }

  protected override addOptions(): void {
    addDtoOptions(this.command, RefuseBody);
  }
}

/** `tollgate payments end`. */
@SubCommand({ name: 'end', description: 'End the subscription and the automatic top-up of an account' })
export class PaymentsEndCommand extends DtoCommand<EndBillingBody> {
  protected readonly dto = EndBillingBody;
  protected override readonly flags = { user_id: '--user' };

  constructor(
    terminal: Terminal,
    private readonly termination: BillingTermination,
  ) {
    super(terminal);
  }

  protected override async execute({ user_id, at }: EndBillingBody): Promise<void> {
    this.show(EndedBillingView, await this.termination.end(cliActor(), user_id, at ?? 'period_end'));
  }
}

export const PAYMENTS_COMMANDS = [
  PaymentsListCommand,
  PaymentsShowCommand,
  PaymentsAcceptCommand,
  PaymentsRefuseCommand,
  PaymentsEndCommand,
];

/** `tollgate payments`. */
@Command({ name: 'payments', description: 'Review held payments and end billing', subCommands: PAYMENTS_COMMANDS })
export class PaymentsCommand extends CommandGroup {}
