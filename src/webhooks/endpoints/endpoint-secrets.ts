import { Injectable } from '@nestjs/common';
import type { WebhookEndpointRow } from '../../generated/rows.js';
import { KeyRing } from '../../platform/secrets/key-ring.js';
import { parsedOrNull } from '../../platform/values/json-text.js';
import type { Target } from '../sending/webhook.client.js';
import type { RequestHeaders } from './request-headers.js';

/** The columns of an endpoint with additional headers. */
export type HeaderColumns = Pick<WebhookEndpointRow, 'header_names' | 'encrypted_headers'>;

/** Encrypts and decrypts what must not be readable in the database: signing secrets and headers of endpoints. */
@Injectable()
export class EndpointSecrets {
  constructor(private readonly ring: KeyRing) {}

  /** @throws DomainError unavailable `encryption_not_configured` */
  seal(id: string, secret: string): string {
    return this.ring.seal(secret, ownerOf(id));
  }

  /** @throws DomainError unavailable `encryption_not_configured` */
  sealHeaders(id: string, headers: RequestHeaders): HeaderColumns {
    const header_names = Object.keys(headers).map((name) => name.toLowerCase());
    if (header_names.length === 0) return { header_names, encrypted_headers: null };
    return { header_names, encrypted_headers: this.ring.seal(JSON.stringify(headers), ownerOf(id)) };
  }

  /**
   * Returns where to send, and what to sign with now.
   * @throws UnreadableSecret when its encryption key is no longer configured
   */
  targetOf(endpoint: WebhookEndpointRow, now: Date): Target {
    const { id, url, encrypted_headers, encrypted_secret, encrypted_previous_secret, previous_expires_at } = endpoint;
    const isReplaced = previous_expires_at === null || previous_expires_at <= now;
    const sealed = [encrypted_secret, isReplaced ? null : encrypted_previous_secret];
    const open = (text: string): string => this.ring.open(text, ownerOf(id));
    const headers = encrypted_headers === null ? {} : (parsedOrNull(open(encrypted_headers)) as RequestHeaders);
    return { url, headers, secrets: sealed.filter((text) => text !== null).map(open) };
  }

  /**
   * Encrypts the secrets of an endpoint with the current key. Null if all are encrypted with it already.
   * @throws UnreadableSecret
   */
  resealed(endpoint: WebhookEndpointRow): Partial<WebhookEndpointRow> | null {
    const columns = ['encrypted_headers', 'encrypted_secret', 'encrypted_previous_secret'] as const;
    const current = `${this.ring.current_id}.`;
    const changes: Partial<WebhookEndpointRow> = {};
    for (const column of columns) {
      const sealed = endpoint[column];
      if (sealed === null || sealed.startsWith(current)) continue;
      changes[column] = this.seal(endpoint.id, this.ring.open(sealed, ownerOf(endpoint.id)));
    }
    return Object.keys(changes).length === 0 ? null : changes;
  }
}

const ownerOf = (id: string): string => `webhook_endpoint:${id}`;
