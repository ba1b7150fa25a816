import { Injectable } from '@nestjs/common';
import { Command, SubCommand } from 'nest-commander';
import { CliCommand, cliActor, CommandGroup, DtoCommand } from '../../platform/cli/command.js';
import { type Column, Terminal } from '../../platform/cli/terminal.js';
import { isUuid } from '../../platform/database/uuid.js';
import { NotFound } from '../../platform/errors.js';
import { ReferralProgram } from './referral-program.service.js';
import { ReferralRewards } from './referral-rewards.service.js';
import { ReferralProgramBody, ReferralProgramView, ReferralsQuery, ReferralView } from './referrals.dto.js';
import { ReferralsService } from './referrals.service.js';

const COLUMNS: readonly Column[] = [
  ['referral', 'id'],
  ['invited', 'user_id'],
  ['by', 'referrer_id'],
  ['state', 'state'],
  ['reason', 'reason'],
  ['reward', 'reward'],
  ['redeemed', 'created_at'],
  ['rewarded', 'rewarded_at'],
];
const REFERRAL = { arguments: '<referral>', argsDescription: { referral: 'UUID of the referral' } };

/** `tollgate referrals list`. */
@SubCommand({ name: 'list', description: 'List referrals, newest first' })
export class ReferralsListCommand extends DtoCommand<ReferralsQuery> {
  protected readonly dto = ReferralsQuery;

  constructor(
    terminal: Terminal,
    private readonly referrals: ReferralsService,
  ) {
    super(terminal);
  }

  protected override async execute({ state, ...page }: ReferralsQuery): Promise<void> {
    this.list(ReferralView, await this.referrals.list({ state }, page), COLUMNS);
  }
}

/** `tollgate referrals show`. */
@SubCommand({ name: 'show', ...REFERRAL, description: 'Show a referral' })
export class ReferralsShowCommand extends CliCommand {
  constructor(
    terminal: Terminal,
    private readonly referrals: ReferralsService,
  ) {
    super(terminal);
  }

  override async run([id]: string[]): Promise<void> {
    this.show(ReferralView, await this.referrals.get(referralId(id)));
  }
}

/** `tollgate referrals revoke`. */
@SubCommand({
  name: 'revoke',
  ...REFERRAL,
  description: 'Refuse a reward that waits, or take back what is left of one that was given',
})
export class ReferralsRevokeCommand extends CliCommand {
  constructor(
    terminal: Terminal,
    private readonly rewards: ReferralRewards,
  ) {
    super(terminal);
  }

  override async run([id]: string[]): Promise<void> {
    this.show(ReferralView, await this.rewards.revoke(cliActor(), referralId(id)));
  }
}

/** A command about the terms of referrals. */
@Injectable()
abstract class ProgramCommand extends CliCommand {
  constructor(
    terminal: Terminal,
    protected readonly program: ReferralProgram,
  ) {
    super(terminal);
  }
}

/** `tollgate referrals program show`. */
@SubCommand({ name: 'show', description: 'Show the terms of referrals' })
export class ReferralProgramShowCommand extends ProgramCommand {
  override async run(): Promise<void> {
    const program = await this.program.find();
    if (program === null) throw new NotFound('Referral program');
    this.show(ReferralProgramView, program);
  }
}

/** `tollgate referrals program set`. */
@SubCommand({ name: 'set', description: 'Set the terms of referrals; what is left out has its default' })
export class ReferralProgramSetCommand extends DtoCommand<ReferralProgramBody> {
  protected readonly dto = ReferralProgramBody;

  constructor(
    terminal: Terminal,
    private readonly program: ReferralProgram,
  ) {
    super(terminal);
  }

  protected override async execute(body: ReferralProgramBody): Promise<void> {
    this.show(ReferralProgramView, await this.program.set(cliActor(), body));
  }
}

/** `tollgate referrals program remove`. */
@SubCommand({ name: 'remove', description: 'Remove the program: no code can be redeemed, and no reward is given' })
export class ReferralProgramRemoveCommand extends ProgramCommand {
  override async run(): Promise<void> {
    await this.program.remove(cliActor());
    if (this.terminal.isJson) this.terminal.printJson({ deleted: true });
    else this.terminal.print('The program is removed.');
  }
}

const PROGRAM_COMMANDS = [ReferralProgramShowCommand, ReferralProgramSetCommand, ReferralProgramRemoveCommand];

/** `tollgate referrals program`. */
@SubCommand({
  name: 'program',
  description: 'Show, set or remove the terms of referrals',
  subCommands: PROGRAM_COMMANDS,
})
export class ReferralProgramCommand extends CommandGroup {}

const GROUP = [ReferralsListCommand, ReferralsShowCommand, ReferralsRevokeCommand, ReferralProgramCommand];

export const REFERRALS_COMMANDS = [...PROGRAM_COMMANDS, ...GROUP];

/** `tollgate referrals`. */
@Command({ name: 'referrals', description: 'Credits for users who invite others', subCommands: GROUP })
export class ReferralsCommand extends CommandGroup {}

function referralId(text: string | undefined): string {
  if (!isUuid(text)) throw new NotFound('Referral');
  return text.toLowerCase();
}
