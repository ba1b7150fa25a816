import { Controller, Get, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../../platform/actor.js';
import { CurrentActor, Id, Problem, Requires, Returns } from '../../platform/http/decorators.js';
import { InboxQuery, NotificationView, UnreadView } from './inbox.dto.js';
import { InboxService } from './inbox.service.js';

/** Routes of the inbox. */
@ApiTags('Notifications')
@Controller('me/notifications')
export class InboxController {
  constructor(private readonly inbox: InboxService) {}

  @Get()
  @ApiOperation({
    summary: 'List your notifications, newest first',
    description: 'In the language of your preferences. For the next page, send `X-Next-Cursor` as `cursor`.',
  })
  @Requires('notifications', 'user', 'service', 'admin')
  @Returns(NotificationView, { list: true })
  @Problem(422, 'invalid_request')
  listNotifications(@CurrentActor() actor: Actor, @Query() query: InboxQuery) {
    return this.inbox.list(actor, query);
  }

  @Get('unread')
  @ApiOperation({ summary: 'Count your unread notifications' })
  @Requires('notifications', 'user', 'service', 'admin')
  @Returns(UnreadView)
  getUnreadCount(@CurrentActor() actor: Actor) {
    return this.inbox.unread(actor);
  }

  @Post('read')
  @ApiOperation({ summary: 'Mark all your notifications as read' })
  @Requires('notifications', 'user', 'service', 'admin')
  @Returns(UnreadView)
  markAllNotifications(@CurrentActor() actor: Actor) {
    return this.inbox.readAll(actor);
  }

  @ApiParam({ name: 'id', description: 'Id of the notification.' })
  @Post(':id/read')
  @ApiOperation({ summary: 'Mark a notification as read' })
  @Requires('notifications', 'user', 'service', 'admin')
  @Returns(UnreadView)
  @Problem(404, 'not_found')
  markNotification(@CurrentActor() actor: Actor, @Id() id: string) {
    return this.inbox.read(actor, id);
  }
}
