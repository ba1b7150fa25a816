import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database/database.js';

/** All SQL on the conditions that people were told of. */
@Injectable()
export class AlertsRepository {
  /**
   * Notes that a condition began. Returns whether the person is to be told: not while it lasts, and at most once within 24
   * hours.
   */
  async begin(tx: Tx, user_id: string, name: string, at: Date): Promise<boolean> {
    const begun = await tx.$executeRaw`
      INSERT INTO notification_alerts AS a (user_id, name, told_at) VALUES (${user_id}, ${name}, ${at})
      ON CONFLICT (user_id, name) DO UPDATE SET told_at = excluded.told_at, ended_at = NULL
      WHERE a.ended_at IS NOT NULL AND a.told_at <= excluded.told_at - interval '24 hours'`;
    return begun > 0;
  }

  /** Notes that conditions ended. Returns whether the person was told that one of them began. */
  async end(tx: Tx, user_id: string, names: readonly string[], at: Date): Promise<boolean> {
    const ended = await tx.$executeRaw`
      UPDATE notification_alerts SET ended_at = ${at}
      WHERE user_id = ${user_id} AND ended_at IS NULL
        AND EXISTS (SELECT FROM unnest(${[...names]}::text[]) AS n (name)
                    WHERE notification_alerts.name = n.name OR starts_with(notification_alerts.name, n.name || ' '))`;
    return ended > 0;
  }
}
