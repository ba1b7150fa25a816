import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AuditRepository } from '../../audit/audit.repository.js';
import type { Actor } from '../../platform/actor.js';
import { Database } from '../../platform/database/database.js';
import { KeyRing, UnreadableSecret } from '../../platform/secrets/key-ring.js';
import { type RotationReport, type SealedStore, SealedStores } from '../../platform/secrets/sealed-stores.js';
import { EndpointSecrets } from './endpoint-secrets.js';
import { EndpointsRepository } from './endpoints.repository.js';

/** Re-encrypts the secrets and headers of endpoints with the current encryption key. */
@Injectable()
export class EndpointSecretRotation implements SealedStore, OnModuleInit {
  constructor(
    private readonly db: Database,
    private readonly endpoints: EndpointsRepository,
    private readonly secrets: EndpointSecrets,
    private readonly audit: AuditRepository,
    private readonly ring: KeyRing,
    private readonly stores: SealedStores,
  ) {}

  onModuleInit(): void {
    this.stores.add(this);
  }

  /** @throws DomainError `encryption_not_configured` */
  rotate(actor: Actor, onProgress: (done: number, total: number) => void): Promise<RotationReport> {
    return this.db.transaction(async (tx) => {
      const unreadable: string[] = [];
      let rotated = 0;
      const ids = (await this.endpoints.all(tx)).map(({ id }) => id);
      for (const [done, id] of ids.entries()) {
        if (await this.isResealed(id, tx, unreadable)) rotated += 1;
        onProgress(done + 1, ids.length);
      }
      const entry = { user_id: actor.user_id, resource_type: 'encryption_key', resource_id: this.ring.current_id };
      if (rotated > 0) await this.audit.record(tx, actor, { ...entry, action: 'keys.rotate', metadata: { rotated } });
      return { rotated, unreadable };
    });
  }

  private async isResealed(
    id: string,
    tx: Parameters<EndpointsRepository['lock']>[0],
    unreadable: string[],
  ): Promise<boolean> {
    const endpoint = await this.endpoints.lock(tx, id);
    if (!endpoint) return false;
    try {
      const columns = this.secrets.resealed(endpoint);
      if (columns) await this.endpoints.change(tx, id, columns);
      return columns !== null;
    } catch (error) {
      if (!(error instanceof UnreadableSecret)) throw error;
      unreadable.push(id);
      return false;
    }
  }
}
