import { Injectable } from '@nestjs/common';
import { AuditRepository } from '../../audit/audit.repository.js';
import type { CreditPackageRow } from '../../generated/rows.js';
import type { Actor } from '../../platform/actor.js';
import { units } from '../../platform/values/amount.js';
import { Database, type Tx } from '../../platform/database/database.js';
import { DomainError, InvalidInput } from '../../platform/errors.js';
import { cents, fromCents } from '../checkout/offer.js';
import type { PackageBody, PackageChanges } from './packages.dto.js';
import { PackagesRepository } from './packages.repository.js';

/** Manages credit packages. Payments that are already open are honored on their original terms. */
@Injectable()
export class PackagesService {
  constructor(
    private readonly db: Database,
    private readonly packages: PackagesRepository,
    private readonly audit: AuditRepository,
  ) {}

  /** Returns the packages for sale, by rank. */
  listForSale(): Promise<CreditPackageRow[]> {
    return this.packages.list(true);
  }

  /** Returns all packages by rank. */
  list(): Promise<CreditPackageRow[]> {
    return this.packages.list(false);
  }

  /** @throws InvalidInput if the price is not in whole cents; DomainError `already_exists` */
  create(actor: Actor, body: PackageBody): Promise<CreditPackageRow> {
    assertWholeCents(body.price);
    return this.db.transaction(async (tx) => {
      const { package_code } = body;
      const created = await this.packages.create(tx, { ...body });
      if (!created) {
        throw new DomainError(
          'conflict',
          'already_exists',
          `Package ${package_code} already exists. Change it with PATCH.`,
        );
      }
      await this.record(tx, actor, 'package.create', package_code, body);
      return created;
    });
  }

  /** @throws InvalidInput if the price is not in whole cents; NotFound */
  update(actor: Actor, package_code: string, changes: PackageChanges): Promise<CreditPackageRow> {
    if (changes.price !== undefined) assertWholeCents(changes.price);
    return this.db.transaction(async (tx) => {
      const changed = await this.packages.update(tx, package_code, { ...changes });
      await this.record(tx, actor, 'package.update', package_code, changes);
      return changed;
    });
  }

  /** @throws NotFound; DomainError `package_in_use` while an automatic top-up uses it */
  delete(actor: Actor, package_code: string): Promise<void> {
    return this.db.transaction(async (tx) => {
      if (!(await this.packages.delete(tx, package_code))) {
        throw new DomainError(
          'conflict',
          'package_in_use',
          `Automatic top-ups use package ${package_code}. Set is_active to false instead.`,
        );
      }
      await this.record(tx, actor, 'package.delete', package_code, {});
    });
  }

  private record(tx: Tx, actor: Actor, action: string, resource_id: string, changes: object): Promise<void> {
    const entry = { user_id: actor.user_id, action, resource_type: 'credit_package', resource_id };
    return this.audit.record(tx, actor, { ...entry, metadata: { ...changes } });
  }
}

function assertWholeCents(price: string): void {
  if (fromCents(cents(units(price))) === units(price)) return;
  throw new InvalidInput([{ field: 'price', message: 'must be in whole cents' }]);
}
