import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Jobs } from '../jobs/jobs.js';
import { NotificationsRepository } from './inbox/notifications.repository.js';

/** Deletes notifications after 180 days. */
@Injectable()
export class OldNotificationsJob implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly notifications: NotificationsRepository,
  ) {}

  onModuleInit(): void {
    this.jobs.define({ name: 'old-notifications', cron: '50 4 * * *', run: () => this.notifications.deleteOld() });
  }
}
