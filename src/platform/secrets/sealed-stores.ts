import { Injectable } from '@nestjs/common';
import type { Actor } from '../actor.js';

/** The result of re-encrypting secrets. */
export interface RotationReport {
  readonly rotated: number;
  /** Ids of the rows whose secrets cannot be decrypted and were left unchanged. */
  readonly unreadable: readonly string[];
}

/** Secrets of a kind that are stored encrypted with the key ring. */
export interface SealedStore {
  /**
   * Re-encrypts what is not encrypted with the current key. Finished parts stay if it is interrupted.
   * @param onProgress called with the number of processed secrets and the total
   */
  rotate(actor: Actor, onProgress: (done: number, total: number) => void): Promise<RotationReport>;
}

/** All kinds of encrypted secrets. Each module that stores some adds itself when it starts. */
@Injectable()
export class SealedStores {
  private readonly stores: SealedStore[] = [];

  add(store: SealedStore): void {
    this.stores.push(store);
  }

  /** Re-encrypts the secrets of every kind. @throws DomainError `encryption_not_configured` */
  async rotate(actor: Actor, onProgress: (done: number, total: number) => void): Promise<RotationReport> {
    const reports: RotationReport[] = [];
    for (const store of this.stores) reports.push(await store.rotate(actor, onProgress));
    return {
      rotated: reports.reduce((sum, { rotated }) => sum + rotated, 0),
      unreadable: reports.flatMap(({ unreadable }) => unreadable),
    };
  }
}
