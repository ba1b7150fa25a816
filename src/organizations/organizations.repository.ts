import { Injectable } from '@nestjs/common';
import type { Prisma } from '../generated/prisma/client.js';
import type { CostCenterRow, OrganizationRow } from '../generated/rows.js';
import { Database, type Tx } from '../platform/database/database.js';
import type { PageSlice } from '../platform/database/paging.js';
import { NotFound } from '../platform/errors.js';
import { wire } from '../platform/values/wire.js';

/** The position of an organization in lists, which are sorted by id. */
export type OrganizationPosition = Pick<OrganizationRow, 'user_id'>;

/** Which organizations a list has; undefined for all. */
export interface OrganizationFilter {
  ids?: readonly string[] | undefined;
}

/** All SQL on organizations and their cost centers. Writers hold the lock of the organization's account. */
@Injectable()
export class OrganizationsRepository {
  constructor(private readonly db: Database) {}

  /** Returns open organizations, sorted by id. */
  async list(
    { ids }: OrganizationFilter,
    { take, skip, after }: PageSlice<OrganizationPosition>,
  ): Promise<OrganizationRow[]> {
    const where = { AND: [openAmong(ids), after ? { user_id: { gt: after.user_id } } : {}] };
    const rows = await this.db.prisma.organizations.findMany({ where, orderBy: { user_id: 'asc' }, take, skip });
    return rows.map(wire);
  }

  count({ ids }: OrganizationFilter): Promise<number> {
    return this.db.prisma.organizations.count({ where: openAmong(ids) });
  }

  /** Returns an open organization. @throws NotFound */
  async get(user_id: string, tx?: Tx): Promise<OrganizationRow> {
    const row = await (tx ?? this.db.prisma).organizations.findUnique({ where: { user_id, closed_at: null } });
    if (!row) throw new NotFound(`Organization ${user_id}`);
    return wire(row);
  }

  async create(tx: Tx, row: Omit<OrganizationRow, 'closed_at' | 'seats'>): Promise<OrganizationRow> {
    return wire(await tx.organizations.create({ data: row }));
  }

  async change(tx: Tx, user_id: string, data: Prisma.organizationsUpdateInput): Promise<OrganizationRow> {
    return wire(await tx.organizations.update({ where: { user_id }, data }));
  }

  /** Returns the cost centers of an organization, by code. */
  async costCenters(user_id: string): Promise<CostCenterRow[]> {
    return (await this.db.prisma.cost_centers.findMany({ where: { user_id }, orderBy: { code: 'asc' } })).map(wire);
  }

  async hasCostCenter(tx: Tx, user_id: string, code: string): Promise<boolean> {
    return (await tx.cost_centers.count({ where: { user_id, code } })) > 0;
  }

  /** Creates a cost center or renames it. */
  async putCostCenter(tx: Tx, { user_id, code, name }: Omit<CostCenterRow, 'created_at'>): Promise<CostCenterRow> {
    const where = { user_id_code: { user_id, code } };
    return wire(await tx.cost_centers.upsert({ where, create: { user_id, code, name }, update: { name } }));
  }

  /** Removes a cost center. Members who were assigned to it are assigned to none. @returns whether it existed */
  async removeCostCenter(tx: Tx, user_id: string, code: string): Promise<boolean> {
    await tx.organization_members.updateMany({ where: { user_id, cost_center: code }, data: { cost_center: null } });
    return (await tx.cost_centers.deleteMany({ where: { user_id, code } })).count > 0;
  }
}

const openAmong = (ids: readonly string[] | undefined): Prisma.organizationsWhereInput => ({
  closed_at: null,
  ...(ids && { user_id: { in: [...ids] } }),
});
