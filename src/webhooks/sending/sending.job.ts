import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Jobs } from '../../jobs/jobs.js';
import { Sender } from './sender.js';

const EVERY_S = 1;

/** Sends pending deliveries every second. */
@Injectable()
export class SendingJob implements OnModuleInit {
  constructor(
    private readonly sender: Sender,
    private readonly jobs: Jobs,
  ) {}

  onModuleInit(): void {
    this.jobs.define({ name: 'webhook-sending', every_s: EVERY_S, run: (_data, run) => this.sender.sendDue(run) });
  }
}
