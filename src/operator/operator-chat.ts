import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { request } from 'undici';
import type { OperatorMessageRow } from '../generated/rows.js';
import { Jobs } from '../jobs/jobs.js';
import { CONFIG, type Config } from '../platform/config/config.js';
import type { Db, Tx } from '../platform/database/database.js';
import { OperatorMessagesRepository } from './operator-messages.repository.js';

const LEASE_S = 60;
const BATCH = 10;
const TIMEOUT_MS = 10_000;
const [FIRST_WAIT_S, WAIT_MAX_S, TRIES_MAX] = [30, 3_600, 60];

/**
 * Posts messages to the operator's chat: `{"text": "..."}`, as Slack, Mattermost and others accept it. The URL is a secret and
 * in no log or error.
 */
@Injectable()
export class OperatorChat implements OnModuleInit {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly jobs: Jobs,
    private readonly messages: OperatorMessagesRepository,
  ) {}

  onModuleInit(): void {
    this.jobs.define({ name: 'operator-chat', every_s: 5, run: () => this.sendDue() });
    this.jobs.define({ name: 'old-operator-messages', cron: '45 4 * * *', run: () => this.messages.deleteOld() });
  }

  /**
   * Tells the operator, as part of the transaction. Nothing is told twice for the same cause. Without a chat, nothing happens.
   */
  async tell(db: Db | Tx, cause: string, text: string): Promise<void> {
    if (this.config.mail.chat_url !== null) await this.messages.create(db, cause, text);
  }

  /** Posts all messages that are due. */
  async sendDue(): Promise<void> {
    const url = this.config.mail.chat_url;
    if (url === null) return;
    for (const message of await this.messages.claim(BATCH, LEASE_S)) await this.send(url, message);
  }

  private async send(url: string, { id, text, attempts }: OperatorMessageRow): Promise<void> {
    const fault = await post(url, `${this.config.dashboard.brand.name}: ${escaped(text)}`);
    if (fault === null) return this.messages.markSent(id);
    const wait_s = attempts >= TRIES_MAX ? null : Math.min(WAIT_MAX_S, FIRST_WAIT_S * 2 ** (attempts - 1));
    await this.messages.markFailed(id, fault, wait_s);
  }
}

/** Posts a text. Returns why it failed, without the URL; null if it did not. */
async function post(url: string, text: string): Promise<string | null> {
  try {
    const { statusCode, body } = await request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await body.dump();
    return statusCode >= 200 && statusCode < 300 ? null : `the chat answered with status ${statusCode}`;
  } catch (error) {
    return `the chat could not be reached (${(error as { code?: string }).code ?? (error as Error).name})`;
  }
}

/** Slack's control characters: without them, no name can mention anybody or disguise a link. */
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
