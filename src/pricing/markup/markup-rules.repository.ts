import { Injectable } from '@nestjs/common';
import type { Prisma } from '../../generated/prisma/client.js';
import type { MarkupRuleRow } from '../../generated/rows.js';
import { Database, type Db, type Tx } from '../../platform/database/database.js';
import { NotFound } from '../../platform/errors.js';
import { wire } from '../../platform/values/wire.js';

/** All SQL on markup rules. */
@Injectable()
export class MarkupRulesRepository {
  constructor(private readonly db: Database) {}

  /** Returns all rules in order of precedence. */
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

  /** Inserts a rule; null if there is one for the same scope and match, perhaps created concurrently. */
  async create(tx: Tx, data: Prisma.markup_rulesCreateManyInput): Promise<MarkupRuleRow | null> {
    const [row] = await tx.markup_rules.createManyAndReturn({ data, skipDuplicates: true });
    return row ? wire(row) : null;
  }

  /** @throws NotFound when there is no such rule */
  async setRate(tx: Tx, id: string, rate: string): Promise<MarkupRuleRow> {
    const [row] = await tx.markup_rules.updateManyAndReturn({ where: { id }, data: { rate, updated_at: new Date() } });
    if (!row) throw new NotFound('Markup rule');
    return wire(row);
  }

  async delete(tx: Tx, id: string): Promise<void> {
    await tx.markup_rules.deleteMany({ where: { id } });
  }
}
