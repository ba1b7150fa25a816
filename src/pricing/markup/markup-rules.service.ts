import { Injectable } from '@nestjs/common';
import { AuditRepository } from '../../audit/audit.repository.js';
import type { MarkupRuleRow } from '../../generated/rows.js';
import type { Actor } from '../../platform/actor.js';
import { Database, type Tx } from '../../platform/database/database.js';
import { DomainError, InvalidInput } from '../../platform/errors.js';
import { PRICE_CLASSES } from './markup.js';
import { MarkupRulesRepository } from './markup-rules.repository.js';
import type { MarkupRuleBody, MarkupRuleChanges } from '../pricing.dto.js';

/** Manages the markup rules. A change applies to work that is priced afterwards. */
@Injectable()
export class MarkupRulesService {
  constructor(
    private readonly db: Database,
    private readonly rules: MarkupRulesRepository,
    private readonly audit: AuditRepository,
  ) {}

  /** @throws InvalidInput for a class that does not exist; DomainError `already_exists` */
  create(actor: Actor, body: MarkupRuleBody): Promise<MarkupRuleRow> {
    const { scope, rate } = body;
    const match = body.match.toLowerCase();
    if (scope === 'class' && !(PRICE_CLASSES as readonly string[]).includes(match)) {
      throw new InvalidInput([{ field: 'match', message: `must be one of ${PRICE_CLASSES.join(', ')}` }]);
    }
    return this.db.transaction(async (tx) => {
      const rule = await this.rules.create(tx, { scope, match, rate });
      if (!rule) {
        const detail = `There is already a markup rule for the ${scope} ${match}. Change it with PATCH.`;
        throw new DomainError('conflict', 'already_exists', detail);
      }
      await this.record(tx, actor, 'markup.create', rule);
      return rule;
    });
  }

  /** @throws NotFound */
  update(actor: Actor, id: string, { rate }: MarkupRuleChanges): Promise<MarkupRuleRow> {
    return this.db.transaction(async (tx) => {
      const before = await this.rules.get(id, tx);
      const rule = await this.rules.setRate(tx, id, rate);
      await this.record(tx, actor, 'markup.update', rule, { rate_before: before.rate });
      return rule;
    });
  }

  /**
   * @throws NotFound; DomainError `markup_rule_required` for the rule of a price class, without which work would have
   * no markup
   */
  delete(actor: Actor, id: string): Promise<void> {
    return this.db.transaction(async (tx) => {
      const rule = await this.rules.get(id, tx);
      if (rule.scope === 'class') {
        const detail =
          'The rule of a price class cannot be deleted, because it is the fallback. Set its rate to 0 instead.';
        throw new DomainError('conflict', 'markup_rule_required', detail);
      }
      await this.rules.delete(tx, id);
      await this.record(tx, actor, 'markup.delete', rule);
    });
  }

  private record(tx: Tx, actor: Actor, action: string, rule: MarkupRuleRow, more: object = {}): Promise<void> {
    const { id, scope, match, rate } = rule;
    const entry = { user_id: actor.user_id, action, resource_type: 'markup_rule', resource_id: id };
    return this.audit.record(tx, actor, { ...entry, metadata: { scope, match, rate, ...more } });
  }
}
