import { Injectable } from '@nestjs/common';
import type { Prisma } from '../generated/prisma/client.js';
import type { CreditPackageRow } from '../generated/rows.js';
import { Database, type Db, type Tx } from '../platform/database.js';
import { NotFound } from '../platform/errors.js';
import { wire } from '../platform/wire.js';

/** All SQL on credit packages. */
@Injectable()
export class PackagesRepository {
  constructor(private readonly db: Database) {}

  /** Every package in its order; only those for sale when asked. */
  async list(onlyActive: boolean): Promise<CreditPackageRow[]> {
    const rows = await this.db.prisma.credit_packages.findMany({
      where: onlyActive ? { is_active: true } : {},
      orderBy: [{ rank: 'asc' }, { package_code: 'asc' }],
    });
    return rows.map(wire);
  }

  /** @throws NotFound when there is no such package, or it is not for sale where that is asked */
  async get(package_code: string, db: Db | Tx = this.db.prisma, onlyActive = false): Promise<CreditPackageRow> {
    const row = await db.credit_packages.findUnique({ where: { package_code } });
    if (!row || (onlyActive && !row.is_active)) throw new NotFound(`Package ${package_code}`);
    return wire(row);
  }

  /** The new package; null when one of that code exists, made at the same moment perhaps. */
  async create(tx: Tx, data: Prisma.credit_packagesCreateManyInput): Promise<CreditPackageRow | null> {
    const [row] = await tx.credit_packages.createManyAndReturn({ data, skipDuplicates: true });
    return row ? wire(row) : null;
  }

  /** @throws NotFound */
  async update(
    tx: Tx,
    package_code: string,
    data: Prisma.credit_packagesUncheckedUpdateInput,
  ): Promise<CreditPackageRow> {
    const [row] = await tx.credit_packages.updateManyAndReturn({
      where: { package_code },
      data: { ...data, updated_at: new Date() },
    });
    if (!row) throw new NotFound(`Package ${package_code}`); // deleted a moment ago
    return wire(row);
  }

  /** Deletes a package; false when an account tops up with it. @throws NotFound */
  async delete(tx: Tx, package_code: string): Promise<boolean> {
    // whoever sets up a top-up with it waits for this lock, or was here before
    const found = await tx.$queryRaw<unknown[]>`
      SELECT package_code FROM credit_packages WHERE package_code = ${package_code} FOR UPDATE`;
    if (found.length === 0) throw new NotFound(`Package ${package_code}`);
    if (await tx.auto_topups.findFirst({ where: { package_code }, select: { user_id: true } })) return false;
    await tx.credit_packages.delete({ where: { package_code } });
    return true;
  }
}
