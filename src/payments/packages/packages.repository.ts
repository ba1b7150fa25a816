import { Injectable } from '@nestjs/common';
import type { Prisma } from '../../generated/prisma/client.js';
import type { CreditPackageRow } from '../../generated/rows.js';
import { Database, type Db, type Tx } from '../../platform/database/database.js';
import { NotFound } from '../../platform/errors.js';
import { wire } from '../../platform/values/wire.js';

/** All SQL on credit packages. */
@Injectable()
export class PackagesRepository {
  constructor(private readonly db: Database) {}

  /** Returns the packages by rank; only those for sale if `onlyActive`. */
  async list(onlyActive: boolean): Promise<CreditPackageRow[]> {
    const rows = await this.db.prisma.credit_packages.findMany({
      where: onlyActive ? { is_active: true } : {},
      orderBy: [{ rank: 'asc' }, { package_code: 'asc' }],
    });
    return rows.map(wire);
  }

  /** @throws NotFound if the package does not exist, or if it is not for sale and `onlyActive` is set */
  async get(package_code: string, db: Db | Tx = this.db.prisma, onlyActive = false): Promise<CreditPackageRow> {
    const row = await db.credit_packages.findUnique({ where: { package_code } });
    if (!row || (onlyActive && !row.is_active)) throw new NotFound(`Package ${package_code}`);
    return wire(row);
  }

  /** Creates a package. Returns null if the code is taken, also by a concurrent request. */
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
    if (!row) throw new NotFound(`Package ${package_code}`); // deleted concurrently
    return wire(row);
  }

  /** Deletes a package. Returns false if an automatic top-up uses it. @throws NotFound */
  async delete(tx: Tx, package_code: string): Promise<boolean> {
    // serializes with requests that set up a top-up with this package
    const found = await tx.$queryRaw<unknown[]>`
      SELECT package_code FROM credit_packages WHERE package_code = ${package_code} FOR UPDATE`;
    if (found.length === 0) throw new NotFound(`Package ${package_code}`);
    if (await tx.auto_topups.findFirst({ where: { package_code }, select: { user_id: true } })) return false;
    await tx.credit_packages.delete({ where: { package_code } });
    return true;
  }
}
