import { applyDecorators, Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../../platform/actor.js';
import { CurrentActor, Problem, Requires, Returns } from '../../platform/http/decorators.js';
import { KeyView } from './key.dto.js';
import { KeyService } from './key.service.js';

const DescribesKey = (more: string): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      summary: 'Get the API key of the caller (OpenRouter format)',
      description: `Numbers, as OpenRouter has them; the ledger has the exact amounts. ${more}`,
    }),
    Requires('balance:read', 'user', 'service', 'admin'),
    Returns(KeyView),
    Problem(404, 'not_found'),
  );

/** The routes with which clients of OpenRouter ask about their key. */
@ApiTags('API keys')
@Controller()
export class KeyController {
  constructor(private readonly keys: KeyService) {}

  @Get('key')
  @DescribesKey('Also under `/v1`.')
  getKey(@CurrentActor() actor: Actor) {
    return this.keys.of(actor);
  }

  @Get('auth/key')
  @DescribesKey('The same as `GET /key`, under the name that it had before. Also under `/v1`.')
  getAuthKey(@CurrentActor() actor: Actor) {
    return this.keys.of(actor);
  }
}
