import { Body, Controller, Get, Put } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../../platform/actor.js';
import { CurrentActor, Problem, Requires, Returns } from '../../platform/http/decorators.js';
import { PreferencesBody, PreferencesView } from './preferences.dto.js';
import { PreferencesService } from './preferences.service.js';

/** Routes of what people want to be told. */
@ApiTags('Notifications')
@Controller('me/notification-preferences')
export class PreferencesController {
  constructor(private readonly preferences: PreferencesService) {}

  @Get()
  @ApiOperation({ summary: 'Get what you want to be told, and how' })
  @Requires('notifications', 'user', 'service', 'admin')
  @Returns(PreferencesView)
  getNotificationPreferences(@CurrentActor() actor: Actor) {
    return this.preferences.of(actor);
  }

  @Put()
  @ApiOperation({
    summary: 'Change what you want to be told, and how',
    description:
      'Kinds that are not named, and a threshold that is left out, keep what they are. Mails about security cannot be switched off.',
  })
  @Requires('notifications', 'user', 'service', 'admin')
  @Returns(PreferencesView)
  @Problem(409, 'account_closed')
  @Problem(422, 'invalid_request')
  updateNotificationPreferences(@CurrentActor() actor: Actor, @Body() body: PreferencesBody) {
    return this.preferences.change(actor, body);
  }
}
