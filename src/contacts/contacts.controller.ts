import { Body, Controller, Get, Post, Put } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../platform/actor.js';
import { CurrentActor, Problem, Public, Requires, Returns } from '../platform/http/decorators.js';
import { ConfirmationBody, ContactBody, ContactView } from './contacts.dto.js';
import { ContactsService } from './contacts.service.js';

/** Routes of the address to which a person's mails are sent. */
@ApiTags('Notifications')
@Controller('me/contact')
export class ContactsController {
  constructor(private readonly contacts: ContactsService) {}

  @Get()
  @ApiOperation({ summary: 'Get the address to which your mails are sent' })
  @Requires('notifications', 'user', 'service', 'admin')
  @Returns(ContactView)
  getContact(@CurrentActor() actor: Actor) {
    return this.contacts.of(actor);
  }

  @Put()
  @ApiOperation({
    summary: 'Change the address to which your mails are sent',
    description:
      'A link is sent to the new address; it works once, for a day. Until it is used, mails go to the address known so far. A new link replaces an earlier one. At most five in an hour.',
  })
  @Requires('notifications', 'user', 'service', 'admin')
  @Returns(ContactView, { status: 202 })
  @Problem(422, 'invalid_request')
  @Problem(429, 'rate_limited')
  @Problem(503, 'mail_not_configured')
  updateContact(@CurrentActor() actor: Actor, @Body() { email }: ContactBody) {
    return this.contacts.change(actor, email);
  }

  @Post('confirm')
  @ApiOperation({
    summary: 'Confirm an address with the link that was sent to it',
    description: 'Needs no sign-in, because the link can be opened on another device.',
  })
  @Public()
  @Returns(null)
  @Problem(404, 'link_not_valid')
  @Problem(422, 'invalid_request')
  confirmContact(@Body() { token }: ConfirmationBody) {
    return this.contacts.confirm(token);
  }
}
