import { Injectable } from '@nestjs/common';
import { MembersRepository } from '../../memberships/members.repository.js';
import { InvalidInput } from '../../platform/errors.js';
import { boundsOf, periodOf } from './spending-range.js';
import { type AttributedRow, SpendingRepository, type SpendingRow } from './spending.repository.js';
import { reportLines, withRest } from './usage-report.js';
import type { UsageReportQuery, UsageReportRowView } from './usage-report.dto.js';

/** Reports who or what spent how much of an account, for charging it on. */
@Injectable()
export class UsageReportService {
  constructor(
    private readonly spending: SpendingRepository,
    private readonly members: MembersRepository,
  ) {}

  /**
   * Returns the lines of a report. Except for tags, their credits add up to what the ledger says for the buckets.
   * @throws InvalidInput for a range that is reversed or too long
   */
  async lines(user_id: string, query: UsageReportQuery): Promise<UsageReportRowView[]> {
    const { granularity, timezone: tz } = query;
    const bounds = boundsOf(periodOf({ ...query, tz }, new Date()), granularity, tz);
    if (query.member_id !== undefined) return this.ofMember(user_id, query.member_id, query, bounds);
    switch (query.group_by) {
      case 'model':
        return reportLines(await this.spending.inBuckets(user_id, bounds), modelOf, bounds);
      case 'cost_center':
        return reportLines(await this.by(user_id, 'member', bounds), await this.costCenters(user_id), bounds);
      default:
        return reportLines(await this.by(user_id, query.group_by, bounds), valueOf, bounds);
    }
  }

  /** Returns the lines of one member. Roll-ups do not keep keys and tags together with members. */
  private async ofMember(
    user_id: string,
    member: string,
    { group_by }: UsageReportQuery,
    bounds: Date[],
  ): Promise<UsageReportRowView[]> {
    if (group_by === 'api_key' || group_by === 'tag') {
      throw new InvalidInput([{ field: 'group_by', message: 'must be member, cost_center or model with member_id' }]);
    }
    const rows = await this.spending.inBuckets(user_id, bounds, { dimension: 'member', value: member });
    if (group_by === 'model') return reportLines(rows, modelOf, bounds);
    const groupOf = group_by === 'member' ? valueOf : await this.costCenters(user_id);
    return reportLines(
      rows.map((row) => ({ ...row, value: member })),
      groupOf,
      bounds,
    );
  }

  private async by(user_id: string, dimension: 'member' | 'api_key' | 'tag', bounds: Date[]) {
    const { all, attributed } = await this.spending.byValue(user_id, bounds, dimension);
    return withRest(all, attributed, dimension !== 'tag');
  }

  private async costCenters(user_id: string): Promise<(row: Partial<AttributedRow>) => string | null> {
    const assigned = await this.members.costCentersOf(user_id);
    return ({ value }) => (value === undefined ? null : (assigned.get(value) ?? null));
  }
}

const valueOf = ({ value }: Partial<AttributedRow>): string | null => value ?? null;
const modelOf = ({ model }: Pick<SpendingRow, 'model'>): string | null => model || null;
