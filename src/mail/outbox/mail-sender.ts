import { Inject, Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { MailRow } from '../../generated/rows.js';
import { Jobs } from '../../jobs/jobs.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { Metrics } from '../../platform/metrics.js';
import { KeyRing } from '../../platform/secrets/key-ring.js';
import { KINDS, type Facts, type NoticeKind } from '../notices/kinds.js';
import { languageOf, noticeOf } from '../notices/notice.js';
import { type MailContent, MailRenderer } from '../rendering/mail-renderer.js';
import { unsubscribeToken } from '../unsubscribe-token.js';
import { ownerOf } from './mail-outbox.js';
import { MailsRepository } from './mails.repository.js';
import { CONNECTIONS_MAX, isPermanent, isUnreachable, Smtp } from './smtp.js';
import { DAY_MS } from '../../platform/values/calendar.js';

/** Longer than sending a mail can take. */
const LEASE_S = 90;
const [FIRST_WAIT_S, WAIT_MAX_S] = [30, 3_600];
const GIVE_UP_MS = 5 * DAY_MS;
const NO_SERVER = 'SMTP_URL is not set: the mail was written to the log.';

/** Sends the mails of the outbox, on any instance. Mails never hold anything up: nothing waits for them. */
@Injectable()
export class MailSender implements OnModuleInit, OnApplicationShutdown {
  private readonly log = new Logger('mail');
  private readonly renderer: MailRenderer;
  private readonly smtp: Smtp | null;
  private readonly tries;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly jobs: Jobs,
    private readonly mails: MailsRepository,
    private readonly ring: KeyRing,
    metrics: Metrics,
  ) {
    const { dashboard, mail } = config;
    this.renderer = new MailRenderer(dashboard.brand, `${dashboard.public_url ?? ''}/app`);
    this.smtp = mail.smtp && new Smtp(mail.smtp, dashboard.brand);
    this.tries = metrics.counter({
      name: 'mails_total',
      help: 'Tries to send a mail by outcome.',
      labels: ['outcome'],
    });
  }

  onModuleInit(): void {
    this.jobs.define({ name: 'send-mails', every_s: 2, run: (_data, { signal }) => this.sendDue(signal) });
    this.jobs.define({ name: 'old-mails', cron: '40 4 * * *', run: () => this.mails.deleteOld() });
  }

  onApplicationShutdown(): void {
    this.smtp?.close();
  }

  /**
   * Sends all mails that are due. A mail whose sender dies is due again after {@link LEASE_S}, with the same Message-ID.
   * @throws Error if the mail server cannot be used; then the loop waits longer
   */
  async sendDue(signal?: AbortSignal): Promise<void> {
    for (;;) {
      if (signal?.aborted) return;
      const due = await this.mails.claim(CONNECTIONS_MAX, LEASE_S);
      const failures = (await Promise.all(due.map((mail) => this.send(mail)))).filter((error) => error !== null);
      const unreachable = failures.find(isUnreachable);
      if (unreachable !== undefined) throw unreachable;
      if (due.length < CONNECTIONS_MAX) return;
    }
  }

  /** Sends one mail and stores what became of it. @returns the error if it failed */
  private async send(row: MailRow): Promise<Error | null> {
    try {
      if (this.smtp === null) return await this.writeToLog(row);
      const content = this.contentOf(row);
      const rendered = await this.renderer.render(content);
      await this.smtp.send({ ...rendered, row, unsubscribe_url: content.unsubscribe_url });
    } catch (error) {
      const wait_s = isPermanent(error) || isOld(row) ? null : waitAfter(row.attempts);
      this.tries.inc({ outcome: wait_s === null ? 'failed' : 'delayed' });
      await this.mails.markFailed(row, (error as Error).message, wait_s);
      return error as Error;
    }
    this.tries.inc({ outcome: 'sent' });
    await this.mails.markSent(row);
    return null;
  }

  /** Writes a mail to the log, without its address and its links. */
  private async writeToLog(row: MailRow): Promise<null> {
    const { title, paragraphs } = noticeOf(row.kind as NoticeKind, row.facts as never, readerOf(row));
    this.log.log({ msg: 'mail without a mail server', kind: row.kind, title, paragraphs });
    await this.mails.markFailed(row, NO_SERVER, null);
    this.tries.inc({ outcome: 'logged' });
    return null;
  }

  private contentOf(row: MailRow): MailContent {
    const kind = row.kind as NoticeKind;
    const path = row.sealed_path === null ? null : this.ring.open(row.sealed_path, ownerOf(row.id));
    return {
      kind,
      facts: row.facts as unknown as Facts[NoticeKind],
      ...readerOf(row),
      path,
      unsubscribe_url: this.unsubscribeUrl(row.user_id, kind),
    };
  }

  private unsubscribeUrl(user_id: string, kind: NoticeKind): string | null {
    const token = KINDS[kind].mail === 'on' ? unsubscribeToken(this.ring, { user_id, kind }) : null;
    return token && `${this.config.dashboard.public_url ?? ''}/unsubscribe?token=${token}`;
  }
}

const readerOf = ({ language, timezone }: MailRow) => ({ language: languageOf(language), timezone });

const waitAfter = (attempts: number): number => Math.min(WAIT_MAX_S, FIRST_WAIT_S * 2 ** (attempts - 1));

const isOld = ({ created_at }: MailRow): boolean => Date.now() - created_at.getTime() > GIVE_UP_MS;
