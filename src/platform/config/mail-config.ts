import { z } from 'zod';
import { url, webUrl } from './config.values.js';

/** Settings of what is sent to people by mail, and to the operator's chat. */
export interface MailConfig {
  /** The mail server; null if mails go to the log. */
  readonly smtp: SmtpConfig | null;
  /** URL of the operator's chat, which is a secret; null if there is none. */
  readonly chat_url: string | null;
}

export interface SmtpConfig {
  /** URL with user and password. */
  readonly url: string;
  /** Address of the sender. */
  readonly from: string;
}

export const MAIL_ENVIRONMENT = {
  SMTP_URL: url(['smtp:', 'smtps:'], 'a URL such as smtps://user:password@mail.example.com:465').optional(),
  MAIL_FROM: z.email('an e-mail address').optional(),
  CHAT_WEBHOOK_URL: webUrl.optional(),
};

/** What mails need: an address to send from, an address for their links, and a key that signs these. */
const NEEDED = ['MAIL_FROM', 'PUBLIC_URL', 'ENCRYPTION_KEYS'] as const;

/** Checks that variables which need each other are all set. `owns_keys`: the embedded mode generates the key. */
export function mailFaults(env: Record<string, string | undefined>, owns_keys: boolean): string[] {
  if (env.SMTP_URL === undefined) return [];
  return NEEDED.filter((name) => env[name] === undefined && !(owns_keys && name === 'ENCRYPTION_KEYS')).map(
    (name) => `${name} must be set together with SMTP_URL`,
  );
}

export function buildMail(env: z.output<z.ZodObject<typeof MAIL_ENVIRONMENT>>): MailConfig {
  const { SMTP_URL: smtp_url, MAIL_FROM: from = '', CHAT_WEBHOOK_URL: chat_url = null } = env;
  return { smtp: smtp_url === undefined ? null : { url: smtp_url, from }, chat_url };
}
