import { ApiProperty, ApiPropertyOptional, PickType } from '@nestjs/swagger';
import { IsIn, Matches } from 'class-validator';
import { Command, SubCommand } from 'nest-commander';
import { UserCreditsRow } from '../generated/rows.js';
import { type Role, ROLES } from '../platform/actor.js';
import { CommandGroup, DtoCommand } from '../platform/cli/command.js';
import { Terminal } from '../platform/cli/terminal.js';
import { TokenSigner } from './token-signer.js';

const SECONDS_OF: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** The contents of a token. */
class TokenOrder extends PickType(UserCreditsRow, ['user_id'] as const) {
  @ApiProperty({ description: 'Role of the user.', enum: ROLES })
  @IsIn(ROLES)
  role!: Role;

  @ApiPropertyOptional({
    description: 'Lifetime: a number with s, m, h or d.',
    type: 'string',
    default: '1h',
  })
  @Matches(/^[1-9]\d{0,4}[smhd]$/, { message: 'ttl must be a number with s, m, h or d, such as 30m or 12h' })
  ttl: string = '1h';
}

/** `tollgate token issue`: prints a token and nothing else. */
@SubCommand({ name: 'issue', description: 'Print a signed token; requires JWT_SECRET' })
export class TokenIssueCommand extends DtoCommand<TokenOrder> {
  protected readonly dto = TokenOrder;
  protected override readonly flags = { user_id: '--user' };

  constructor(
    terminal: Terminal,
    private readonly signer: TokenSigner,
  ) {
    super(terminal);
  }

  protected override async execute({ user_id, role, ttl }: TokenOrder): Promise<void> {
    const ttl_s = Number(ttl.slice(0, -1)) * (SECONDS_OF[ttl.slice(-1)] ?? 0);
    const token = await this.signer.signToken({ user_id, roles: [role], ttl_s });
    if (this.terminal.isJson) this.terminal.printJson({ token, ttl_s });
    else this.terminal.print(token);
  }
}

/** `tollgate token`. */
@Command({ name: 'token', description: 'Issue tokens for the API', subCommands: [TokenIssueCommand] })
export class TokenCommand extends CommandGroup {}
