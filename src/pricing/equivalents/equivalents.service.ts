import { Injectable } from '@nestjs/common';
import { AuditRepository } from '../../audit/audit.repository.js';
import type { ModelEquivalentRow } from '../../generated/rows.js';
import type { Actor } from '../../platform/actor.js';
import { Database, type Tx } from '../../platform/database/database.js';
import { DomainError, InvalidInput, NotFound } from '../../platform/errors.js';
import { plainOf } from '../prices/model-ids.js';
import type { EquivalentBody } from './equivalents.dto.js';

/** Manages which models can replace others. Advice calls a cheaper model equal only if it is listed here. */
@Injectable()
export class EquivalentsService {
  constructor(
    private readonly db: Database,
    private readonly audit: AuditRepository,
  ) {}

  /** Returns all equivalents, by the model that is replaced. */
  list(): Promise<ModelEquivalentRow[]> {
    return this.db.prisma.model_equivalents.findMany({ orderBy: [{ from: 'asc' }, { to: 'asc' }] });
  }

  /**
   * Declares that `to` can replace `from`. Ids are stored in lower case and without routing suffixes.
   * @throws InvalidInput if both are the same model; DomainError conflict `already_exists`
   */
  create(actor: Actor, { from, to, note = null }: EquivalentBody): Promise<ModelEquivalentRow> {
    const data = { from: plainOf(from), to: plainOf(to), note };
    if (data.from === data.to) throw new InvalidInput([{ field: 'to', message: 'must be another model than from' }]);
    return this.db.transaction(async (tx) => {
      const [row] = await tx.model_equivalents.createManyAndReturn({ data, skipDuplicates: true });
      if (!row) {
        const detail = `${data.to} is already listed as a replacement of ${data.from}. Delete that entry to change its note.`;
        throw new DomainError('conflict', 'already_exists', detail);
      }
      await this.record(tx, actor, 'equivalent.create', row);
      return row;
    });
  }

  /** @throws NotFound */
  delete(actor: Actor, id: string): Promise<void> {
    return this.db.transaction(async (tx) => {
      const row = await tx.model_equivalents.findUnique({ where: { id } });
      if (!row) throw new NotFound('Equivalent');
      await tx.model_equivalents.deleteMany({ where: { id } });
      await this.record(tx, actor, 'equivalent.delete', row);
    });
  }

  private record(tx: Tx, actor: Actor, action: string, { id, from, to, note }: ModelEquivalentRow): Promise<void> {
    const entry = { user_id: actor.user_id, action, resource_type: 'model_equivalent', resource_id: id };
    return this.audit.record(tx, actor, { ...entry, metadata: { from, to, note } });
  }
}
