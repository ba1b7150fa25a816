import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/database.js';

/** All SQL on dismissed recommendations. */
@Injectable()
export class DismissalsRepository {
  constructor(private readonly db: Database) {}

  /** Returns the ids of the recommendations that a user dismissed. */
  async of(user_id: string): Promise<Set<string>> {
    const rows = await this.db.prisma.dismissed_recommendations.findMany({ where: { user_id } });
    return new Set(rows.map(({ recommendation_id }) => recommendation_id));
  }

  /** Dismisses a recommendation. Safe to repeat. */
  async add(user_id: string, recommendation_id: string): Promise<void> {
    const data = { user_id, recommendation_id };
    await this.db.prisma.dismissed_recommendations.createMany({ data, skipDuplicates: true });
  }
}
