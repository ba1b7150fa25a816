import { Body, Controller, Get, Module, Param, Post, Query } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsOptional, ValidateNested } from 'class-validator';
import type { Actor } from '../../src/platform/actor.js';
import { Database } from '../../src/platform/database/database.js';
import { DomainError, type ErrorKind } from '../../src/platform/errors.js';
import {
  CurrentActor,
  Id,
  Problem,
  Public,
  Requires,
  Returns,
  WithHeaders,
} from '../../src/platform/http/decorators.js';
import { type Page, type PagedList, paginate } from '../../src/platform/database/paging.js';
import { PageQuery } from '../../src/platform/http/page.js';
import { IsAmount, IsMetadata, IsText, IsWholeNumber } from '../../src/platform/values/wire-decorators.js';

class FixtureRecord {
  @ApiProperty({ type: 'string', format: 'decimal' })
  @IsAmount({ positive: true })
  amount!: string;
}

class FixtureBody {
  @ApiProperty({ type: 'string', maxLength: 10 })
  @IsText({ min_length: 1, max_length: 10 })
  name!: string;

  @ApiPropertyOptional({ type: 'integer' })
  @IsOptional()
  @IsWholeNumber()
  count?: number;

  @ApiPropertyOptional({ type: 'object', additionalProperties: true })
  @IsOptional()
  @IsMetadata()
  metadata?: Record<string, unknown>;

  @ApiPropertyOptional({ type: () => [FixtureRecord] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(3)
  @ValidateNested({ each: true })
  @Type(() => FixtureRecord)
  records?: FixtureRecord[];
}

export class FixtureView {
  @ApiProperty({ type: 'string' })
  id!: string;

  @ApiProperty({ type: 'string', format: 'decimal' })
  amount!: string;

  @ApiProperty({ type: 'string', format: 'date-time' })
  created_at!: Date;
}

class ActorView {
  @ApiProperty({ type: 'string' })
  user_id!: string;

  @ApiProperty({ type: [String] })
  roles!: string[];

  @ApiProperty({ type: 'string' })
  request_id!: string;

  @ApiProperty({ type: 'string' })
  ip!: string;
}

const row = (n: number): FixtureView & { secret: string } => ({
  id: `0199f1c2-7d3e-7c4b-8a5f-00000000000${String(n)}`,
  amount: '1.5000000000',
  created_at: new Date(n),
  secret: 'not to be seen',
});

const STATEMENTS: Record<string, string> = {
  slow: 'SELECT pg_sleep(5)',
  nap: 'SELECT pg_sleep(0.7)',
  killed: 'SELECT pg_terminate_backend(pg_backend_pid())',
  overflow: "SELECT ('9999999999'::numeric(20,10) + 1)::numeric(20,10)",
  nul: "SELECT '\\u0000'::jsonb",
  broken: 'SELECT secret_column FROM nowhere',
};

/** Always the first page, whatever the request asks for: the specs are about the headers. */
const LIST: PagedList<FixtureView[], FixtureView> = {
  list: (all, { take }) => Promise.resolve(all.slice(0, take)),
  count: (all) => Promise.resolve(all.length),
};

/** Test routes for HTTP conventions. */
@Controller('fixture')
export class FixtureController {
  constructor(private readonly database: Database) {}

  @Get('whoami')
  @Requires('balance:read', 'user', 'service', 'admin')
  @Returns(ActorView)
  whoami(@CurrentActor() actor: Actor): Actor {
    return actor;
  }

  @Get('admin')
  @Requires('admin:*', 'admin')
  @Returns(ActorView)
  admin(@CurrentActor() actor: Actor): Actor {
    return actor;
  }

  @Get('staff')
  @Requires('charge', 'service', 'admin')
  @Returns(ActorView)
  staff(@CurrentActor() actor: Actor): Actor {
    return actor;
  }

  @Get('undeclared')
  undeclared(): string {
    return 'nobody may read this';
  }

  @Post('body')
  @Public()
  @Returns(FixtureView)
  body(@Body() _body: FixtureBody): FixtureView {
    return row(1);
  }

  @Post('created')
  @Public()
  @Returns(FixtureView, { status: 201 })
  created(): WithHeaders<FixtureView> {
    return new WithHeaders(row(1), { 'Idempotency-Hit': 'true' });
  }

  @Get('maybe')
  @Public()
  @Returns(FixtureView, { nullable: true })
  maybe(): FixtureView | null {
    return null;
  }

  @Post('nothing')
  @Public()
  @Returns(null)
  nothing(): void {
    return undefined;
  }

  @Get('list')
  @Public()
  @Returns(FixtureView, { list: true })
  list(@Query() query: PageQuery): Promise<Page<FixtureView>> {
    return paginate(LIST, [row(3), row(2), row(1)], query);
  }

  @Get('items/:id')
  @Public()
  @Returns(FixtureView)
  item(@Id() id: string): FixtureView {
    return { ...row(1), id };
  }

  @Get('refuse/:kind')
  @Public()
  @Returns(FixtureView)
  @Problem(402, 'a_code')
  refuse(@Param('kind') kind: ErrorKind): never {
    throw new DomainError(kind, 'a_code', 'A sentence.', { limit_source: 'x', retry_after_s: 1.2, status: 200 });
  }

  @Get('crash')
  @Public()
  crash(): never {
    throw new TypeError('secret detail of the inside');
  }

  @Get('sql/:name')
  @Public()
  async sql(@Param('name') name: string, @Query('by') by: string): Promise<void> {
    const statement = STATEMENTS[name] ?? '';
    if (by === 'prisma') await this.database.prisma.$queryRawUnsafe(statement);
    else await this.database.pool.query(statement);
  }
}

@Module({ controllers: [FixtureController] })
export class FixtureModule {}
