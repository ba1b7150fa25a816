import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { type Agent, type Dispatcher, errors, request } from 'undici';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { Deadline } from '../../platform/deadline.js';
import { VERSION } from '../../platform/version.js';
import { AddressRules } from './address-rules.js';
import { AddressNotAllowed, guardedAgent } from './guarded-connector.js';
import { type Message, signedHeaders } from './message.js';
import { retryAfterOf } from './retry-schedule.js';

/** Where to send, and how to sign. */
export interface Target {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The current secret, and the previous one while both are valid. */
  readonly secrets: readonly string[];
}

/** An attempt to send a message, as it is stored. */
export interface Attempt {
  /** When it began. */
  readonly attempted_at: string;
  /** HTTP status; null if there was no response. */
  readonly status_code: number | null;
  readonly duration_ms: number;
  /** Why it failed; null if it succeeded. */
  readonly error: string | null;
  /** Start of the response; null if there was none. */
  readonly response: string | null;
}

/** The result of an attempt. */
export interface Outcome {
  readonly attempt: Attempt;
  /** The pause that the receiver asks for, in milliseconds; null if it does not. */
  readonly retry_after_ms: number | null;
}

const LIMIT_MS = 15_000;
const RESPONSE_MAX_CHARACTERS = 500;
const RESPONSE_MAX_BYTES = 4 * RESPONSE_MAX_CHARACTERS;
const USER_AGENT = `Tollgate/${VERSION} (webhooks)`;

/**
 * Sends messages to the endpoints of operators. Only a status from 200 to 299 within 15 seconds is a success; redirects
 * are not followed. It connects only to the addresses that {@link AddressRules} allows.
 */
@Injectable()
export class WebhookClient implements OnApplicationShutdown {
  readonly rules: AddressRules;
  private readonly agent: Agent;

  constructor(@Inject(CONFIG) config: Config) {
    this.rules = new AddressRules(config.webhooks.allowed_networks);
    this.agent = guardedAgent(this.rules, LIMIT_MS);
  }

  /**
   * Sends a message once.
   * @throws the reason of `signal` if it is aborted: whether the message arrived is then unknown
   */
  async send(target: Target, message: Message, signal?: AbortSignal): Promise<Outcome> {
    const began = new Date();
    const deadline = new Deadline(LIMIT_MS, signal);
    try {
      const answer = await request(target.url, {
        ...this.optionsOf(target, message, began),
        signal: deadline.signal,
      });
      const { statusCode: status_code, headers } = answer;
      const response = await startOf(answer.body);
      const error = status_code >= 200 && status_code < 300 ? null : refusalOf(status_code);
      const retry_after_ms = retryAfterOf(headers['retry-after']?.toString(), new Date());
      return { attempt: { ...times(began), status_code, error, response }, retry_after_ms };
    } catch (error) {
      signal?.throwIfAborted();
      return {
        attempt: { ...times(began), status_code: null, error: reasonOf(error), response: null },
        retry_after_ms: null,
      };
    } finally {
      deadline.end();
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.agent.destroy();
  }

  private optionsOf({ headers, secrets }: Target, message: Message, at: Date) {
    return {
      dispatcher: this.agent,
      method: 'POST' as const,
      body: message.body,
      headers: {
        ...headers,
        'content-type': 'application/json',
        'user-agent': USER_AGENT,
        ...signedHeaders(message, at, secrets),
      },
    };
  }
}

const times = (began: Date): Pick<Attempt, 'attempted_at' | 'duration_ms'> => ({
  attempted_at: began.toISOString(),
  duration_ms: Date.now() - began.getTime(),
});

/** Reads the start of a response; the status counts even if the rest never comes. PostgreSQL stores no NUL in JSON. */
async function startOf(body: Dispatcher.ResponseData['body']): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= RESPONSE_MAX_BYTES) break;
    }
  } catch {
    // cut off, or too slow: what came is kept
  }
  const text = Buffer.concat(chunks)
    .toString('utf8')
    .replaceAll('\0', '')
    .slice(0, RESPONSE_MAX_CHARACTERS)
    .toWellFormed();
  return text === '' ? null : text;
}

const refusalOf = (status: number): string =>
  status >= 300 && status < 400
    ? `The endpoint redirects with status ${status}. Redirects are not followed.`
    : `The endpoint responded with status ${status}.`;

/** Errors of the network by their codes. */
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'The connection was refused.',
  ECONNRESET: 'The connection was reset.',
  ENOTFOUND: 'The host was not found.',
  EAI_AGAIN: 'The host could not be resolved.',
  EHOSTUNREACH: 'The host cannot be reached.',
  ENETUNREACH: 'The network cannot be reached.',
  ETIMEDOUT: 'The connection timed out.',
  UND_ERR_SOCKET: 'The connection was closed before the response.',
  CERT_HAS_EXPIRED: 'The certificate has expired.',
};

function reasonOf(error: unknown): string {
  if (error instanceof AddressNotAllowed) return `${error.message}.`;
  const { name, code = '', message } = error as NodeJS.ErrnoException;
  const isLate =
    name === 'TimeoutError' ||
    error instanceof errors.ConnectTimeoutError ||
    error instanceof errors.HeadersTimeoutError;
  if (isLate) return `There was no response within ${LIMIT_MS / 1000} seconds.`;
  return REASONS[code] ?? `The request failed: ${message.slice(0, 200)}.`;
}
