import { Module } from '@nestjs/common';
import { ContactsModule } from '../contacts/contacts.module.js';
import { CreditsModule } from '../credits/credits.module.js';
import { EventsModule } from '../events/events.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { MailModule } from '../mail/mail.module.js';
import { OperatorModule } from '../operator/operator.module.js';
import { TiersModule } from '../tiers/tiers.module.js';
import { InboxController } from './inbox/inbox.controller.js';
import { InboxService } from './inbox/inbox.service.js';
import { NotificationsRepository } from './inbox/notifications.repository.js';
import { OldNotificationsJob } from './old-notifications.job.js';
import { PreferencesController } from './preferences/preferences.controller.js';
import { PreferencesService } from './preferences/preferences.service.js';
import { MonthlyReportsJob } from './reports/monthly-reports.job.js';
import { MonthlyUsageRepository } from './reports/monthly-usage.repository.js';
import { AlertsRepository } from './telling/alerts.repository.js';
import { EventTeller } from './telling/event-teller.js';
import { Teller } from './telling/teller.js';

@Module({
  imports: [ContactsModule, CreditsModule, EventsModule, JobsModule, MailModule, OperatorModule, TiersModule],
  controllers: [InboxController, PreferencesController],
  providers: [
    InboxService,
    NotificationsRepository,
    OldNotificationsJob,
    MonthlyReportsJob,
    MonthlyUsageRepository,
    PreferencesService,
    AlertsRepository,
    EventTeller,
    Teller,
  ],
  exports: [PreferencesService],
})
export class NotificationsModule {}
