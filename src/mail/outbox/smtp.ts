import { createTransport, type Transporter } from 'nodemailer';
import type { MailRow } from '../../generated/rows.js';
import type { Brand } from '../../platform/config/dashboard-config.js';
import type { SmtpConfig } from '../../platform/config/mail-config.js';
import type { RenderedMail } from '../rendering/mail-renderer.js';

const TIMEOUTS_MS = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000 };
export const CONNECTIONS_MAX = 4;
const PERMANENT = 500;

/** A mail as the server gets it. */
export interface OutgoingMail extends RenderedMail {
  readonly row: Pick<MailRow, 'id' | 'email' | 'created_at'>;
  readonly unsubscribe_url: string | null;
}

/** The connection to the operator's mail server. */
export class Smtp {
  private readonly transport: Transporter;

  constructor(
    private readonly config: SmtpConfig,
    private readonly brand: Brand,
  ) {
    this.transport = createTransport({
      url: config.url,
      pool: true,
      maxConnections: CONNECTIONS_MAX,
      ...TIMEOUTS_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }

  /**
   * Hands a mail to the server. A repetition has the same Message-ID and date.
   * @throws Error as nodemailer reports it; see {@link isPermanent}
   */
  async send({ row, unsubscribe_url, pictures, ...content }: OutgoingMail): Promise<void> {
    const { from } = this.config;
    const { name, support_email } = this.brand;
    await this.transport.sendMail({
      ...content,
      messageId: `<${row.id}@${from.slice(from.lastIndexOf('@') + 1)}>`,
      date: row.created_at,
      from: { name, address: from },
      to: { name: '', address: row.email }, // an object is never parsed as a list of addresses
      ...(support_email !== null && { replyTo: support_email }),
      headers: {
        'Auto-Submitted': 'auto-generated',
        ...(unsubscribe_url !== null && unsubscribeHeaders(unsubscribe_url)),
      },
      attachments: pictures.map((picture) => ({ ...picture, contentDisposition: 'inline' as const })),
      xMailer: false,
    });
  }

  close(): void {
    this.transport.close();
  }
}

/** RFC 8058: mail programs unsubscribe with one POST, without opening a page. */
const unsubscribeHeaders = (url: string) => ({
  'List-Unsubscribe': `<${url}>`,
  'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
});

/** What nodemailer adds to errors. */
interface SmtpError extends Error {
  code?: string;
  responseCode?: number;
}

/** Whether the server refused this mail for good, so that a repetition would fail as well. */
export function isPermanent(error: unknown): boolean {
  const { code, responseCode = 0 } = error as SmtpError;
  return (code === 'EENVELOPE' || code === 'EMESSAGE') && responseCode >= PERMANENT;
}

/** Whether the server could not be used at all, so that other mails would fail as well. */
export function isUnreachable(error: unknown): boolean {
  return ['ECONNECTION', 'ETIMEDOUT', 'ESOCKET', 'EDNS', 'ECONNREFUSED', 'ETLS', 'EAUTH', 'EPROTOCOL'].includes(
    (error as SmtpError).code ?? '',
  );
}
