import { Injectable } from '@nestjs/common';
import type { CostCenterRow } from '../generated/rows.js';
import type { Actor } from '../platform/actor.js';
import { NotFound } from '../platform/errors.js';
import { GuardedChanges } from './guarded-changes.js';
import type { CostCenterBody } from './organizations.dto.js';
import { OrganizationsRepository } from './organizations.repository.js';

/** Cost centers of organizations. Every change is in the audit log of the organization. */
@Injectable()
export class CostCenters {
  constructor(
    private readonly organizations: OrganizationsRepository,
    private readonly changes: GuardedChanges,
  ) {}

  /** Returns the cost centers by code. @throws NotFound */
  async list(actor: Actor, id: string): Promise<CostCenterRow[]> {
    await this.changes.access.check(actor, id, 'cost_centers:read');
    return this.organizations.costCenters(id);
  }

  /** Creates a cost center, or renames it. @throws NotFound; DomainError `forbidden` */
  async put(actor: Actor, id: string, { code, name }: CostCenterBody): Promise<CostCenterRow> {
    return this.changes.run(actor, id, 'cost_centers:manage', async (tx) => {
      const entry = {
        user_id: id,
        action: 'organization.cost_center_put',
        resource_type: 'cost_center',
        resource_id: code,
      };
      await this.changes.record(tx, actor, { ...entry, metadata: { name } });
      return this.organizations.putCostCenter(tx, { user_id: id, code, name });
    });
  }

  /** Removes a cost center; members who were assigned to it are assigned to none. @throws NotFound; DomainError `forbidden` */
  async remove(actor: Actor, id: string, code: string): Promise<void> {
    await this.changes.run(actor, id, 'cost_centers:manage', async (tx) => {
      if (!(await this.organizations.removeCostCenter(tx, id, code))) throw new NotFound(`Cost center ${code}`);
      const entry = { user_id: id, action: 'organization.cost_center_delete', resource_type: 'cost_center' };
      await this.changes.record(tx, actor, { ...entry, resource_id: code });
    });
  }
}
