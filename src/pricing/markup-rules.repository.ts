import { Injectable } from '@nestjs/common';
import type { Prisma } from '../generated/prisma/client.js';
import type { MarkupRuleRow } from '../generated/rows.js';
import { Database, type Db, type Tx } from '../platform/database.js';
import { NotFound } from '../platform/errors.js';
import { wire } from '../platform/wire.js';

/** All SQL that keeps markup rules. */
@Injectable()
export class MarkupRulesRepository {
  constructor(private readonly db: Database) {}

  /** Every rule, in the order of precedence. */
  async list(): Promise<MarkupRuleRow[]> {
    const rows = await this.db.prisma.markup_rules.findMany({ orderBy: [{ scope: 'asc' }, { match: 'asc' }] });
    return rows.map(wire);
  }

  async find(id: string, db: Db | Tx = this.db.prisma): Promise<MarkupRuleRow | null> {
    const row = await db.markup_rules.findUnique({ where: { id } });
    return row && wire(row);
  }

  /** @throws NotFound when there is no such rule */
  async get(id: string, db: Db | Tx = this.db.prisma): Promise<MarkupRuleRow> {
    const rule = await this.find(id, db);
    if (!rule) throw new NotFound('Markup rule');
    return rule;
  }

  /** The new rule; null when one for the same exists, made at the same moment perhaps. */
  async create(tx: Tx, data: Prisma.markup_rulesCreateManyInput): Promise<MarkupRuleRow | null> {
    const [row] = await tx.markup_rules.createManyAndReturn({ data, skipDuplicates: true });
    return row ? wire(row) : null;
  }

  /** @throws NotFound when there is no such rule, or none any more */
  async setRate(tx: Tx, id: string, rate: string): Promise<MarkupRuleRow> {
    const [row] = await tx.markup_rules.updateManyAndReturn({ where: { id }, data: { rate, updated_at: new Date() } });
    if (!row) throw new NotFound('Markup rule');
    return wire(row);
  }

  async delete(tx: Tx, id: string): Promise<void> {
    await tx.markup_rules.deleteMany({ where: { id } });
  }
}
