import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Problem, Requires, Returns } from '../../platform/http/decorators.js';
import { PageQuery } from '../../platform/http/page.js';
import { ApiKeyView } from '../api-keys.dto.js';
import { BrakedKeys } from './braked-keys.service.js';

/** The route with which administrators find the keys that the brake has paused. */
@ApiTags('API keys')
@Controller('admin/api-keys')
export class BrakedKeysController {
  constructor(private readonly keys: BrakedKeys) {}

  @Get('braked')
  @ApiOperation({
    summary: 'List API keys that the brake has paused',
    description:
      'Keys of all accounts that spent much on a model that they never used, and that nobody has resumed or revoked. Resuming a key allows this model at this cost.',
  })
  @Requires('admin:*', 'admin')
  @Returns(ApiKeyView, { list: true })
  @Problem(422, 'invalid_request')
  listBrakedApiKeys(@Query() query: PageQuery) {
    return this.keys.list(query);
  }
}
