import { Injectable } from '@nestjs/common';
import type { opening_layer, opening_result } from '../../generated/prisma/enums.js';
import { Database } from '../../platform/database/database.js';

/** What is recorded about a registration. */
export interface Opening {
  user_id: string;
  layer: opening_layer;
  /** Source that was named; * if none was. */
  source: string;
  result: opening_result;
}

/** Records how the service learned of new users. Accounts without a row were opened by their first use. */
@Injectable()
export class OpeningsRepository {
  constructor(private readonly db: Database) {}

  /** Whether the user has an account. */
  async exists(user_id: string): Promise<boolean> {
    return (await this.db.prisma.user_credits.count({ where: { user_id } })) > 0;
  }

  /**
   * Records a registration. Of several ones of a user, the one that opened the account counts; a source that is named
   * later replaces `*`. An account that existed for a day already is left out: its registration is repeated.
   */
  async record({ user_id, layer, source, result }: Opening): Promise<void> {
    await this.db.prisma.$executeRaw`
      INSERT INTO openings AS o (user_id, layer, source, result)
      SELECT ${user_id}, ${layer}::opening_layer, ${source}, ${result}::opening_result
      WHERE ${result} <> 'existed' OR EXISTS (
        SELECT FROM user_credits WHERE user_id = ${user_id} AND created_at > now() - interval '1 day')
      ON CONFLICT (user_id) DO UPDATE SET
        layer = CASE WHEN excluded.result < o.result THEN excluded.layer ELSE o.layer END,
        source = CASE WHEN o.source = '*' THEN excluded.source ELSE o.source END,
        result = LEAST(o.result, excluded.result)
      WHERE excluded.result < o.result OR (o.source = '*' AND excluded.source <> '*')`;
  }
}
