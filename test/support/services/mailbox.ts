import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { KeyRing } from '../../../src/platform/secrets/key-ring.js';

/** A mail as the server got it. */
export interface Received {
  /** Recipients of the envelope. */
  to: string[];
  raw: string;
  mail: ParsedMail;
}

/** A mail server that keeps what it gets. It speaks SMTP. */
export class Mailbox {
  readonly received: Received[] = [];
  /** Called before a mail is accepted; an error refuses it. */
  refuse: (to: string) => Error | null = () => null;
  /** Called after a mail was received and before the sender is told. */
  beforeAnswer: () => Promise<void> = () => Promise.resolve();
  private server: SMTPServer;

  private constructor(private port: number) {
    this.server = this.make();
  }

  static async start(): Promise<Mailbox> {
    const mailbox = new Mailbox(0);
    await mailbox.listen();
    return mailbox;
  }

  /** Settings of a service that sends here. */
  get env(): NodeJS.ProcessEnv {
    return {
      SMTP_URL: `smtp://127.0.0.1:${this.port}`,
      MAIL_FROM: 'credits@platform.example',
      PUBLIC_URL: 'https://credits.platform.example',
      ENCRYPTION_KEYS: RING,
    };
  }

  /** Stops accepting connections; {@link listen} starts again on the same port. */
  async stop(): Promise<void> {
    await new Promise<void>((done) => this.server.close(done));
  }

  async listen(): Promise<void> {
    this.server = this.make();
    const listener = this.server.listen(this.port, '127.0.0.1');
    await once(listener, 'listening');
    this.port = (listener.address() as AddressInfo).port;
  }

  /** The mails to an address. */
  to(address: string): Received[] {
    return this.received.filter(({ to }) => to.includes(address));
  }

  private make(): SMTPServer {
    return new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      closeTimeout: 100,
      onRcptTo: ({ address }, _session, done) => done(this.refuse(address)),
      onData: (stream, { envelope }, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          void this.keep(
            envelope.rcptTo.map(({ address }) => address),
            Buffer.concat(chunks),
          ).then(() => done(), done);
        });
      },
    });
  }

  private async keep(to: string[], raw: Buffer): Promise<void> {
    this.received.push({ to, raw: raw.toString('utf8'), mail: await simpleParser(raw) });
    await this.beforeAnswer();
  }
}

const RING = KeyRing.make('test');
