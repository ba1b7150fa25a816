import { Injectable } from '@nestjs/common';
import type { Prisma } from '../../generated/prisma/client.js';
import type { ApiKeyRow } from '../../generated/rows.js';
import { Database, type Tx } from '../../platform/database/database.js';

/** What the brake knows about a key and one of its models. */
interface ModelUse {
  user_id: string;
  /** Whether the key first used the model within the last hour. */
  is_new: boolean;
  /** Credits within five minutes that somebody allowed when resuming the key; null if that never happened. */
  allowed_burn: string | null;
}

const FIND = `
  SELECT k.user_id, m.first_used_at > clock_timestamp() - interval '1 hour' AS is_new, m.allowed_burn
  FROM api_keys k JOIN api_key_models m ON m.user_id = k.user_id AND m.api_key_id = k.id AND m.model = $2::text
  WHERE k.id = $1 AND k.brake AND k.paused_at IS NULL AND k.revoked_at IS NULL`;

// The roll-up knows models that were used before the brake noticed any cost; a whole hour of it lies in the past.
const NOTE = `
  INSERT INTO api_key_models (user_id, api_key_id, model, first_used_at)
  SELECT k.user_id, k.id, $2::text, COALESCE((
    SELECT min(u.hour) FROM usage_by_attribution u
    WHERE u.user_id = k.user_id AND u.dimension = 'api_key' AND u.value = k.id::text
      AND COALESCE(NULLIF(u.model, ''), u.service) = $2::text
      AND u.hour < date_trunc('hour', clock_timestamp(), 'UTC') - interval '1 hour'
  ), clock_timestamp())
  FROM api_keys k WHERE k.id = $1 AND k.brake AND k.paused_at IS NULL AND k.revoked_at IS NULL
  ON CONFLICT DO NOTHING`;

/** All SQL on the models that keys have used. */
@Injectable()
export class KeyModelsRepository {
  constructor(private readonly db: Database) {}

  /**
   * Returns what is known of a key and a model that it has used; null if the key does not work or has no brake. The first
   * call stores that the key uses the model.
   */
  async use(api_key_id: string, model: string): Promise<ModelUse | null> {
    const known = await this.find(api_key_id, model);
    if (known) return known;
    await this.db.statement('api_key_models_note', NOTE, [api_key_id, model]);
    return this.find(api_key_id, model);
  }

  /** Allows what the brake paused a key for. */
  async allow(tx: Tx, { id: api_key_id, user_id, braked_model: model, braked_burn }: ApiKeyRow): Promise<void> {
    if (model === null || braked_burn === null) return;
    const key = { user_id, api_key_id, model };
    const allowed: Pick<Prisma.api_key_modelsUncheckedCreateInput, 'allowed_burn'> = { allowed_burn: braked_burn };
    await tx.api_key_models.upsert({
      where: { user_id_api_key_id_model: key },
      create: { ...key, ...allowed, first_used_at: new Date() },
      update: allowed,
    });
  }

  private async find(api_key_id: string, model: string): Promise<ModelUse | null> {
    const rows = await this.db.statement<ModelUse & object>('api_key_models_find', FIND, [api_key_id, model]);
    return rows[0] ?? null;
  }
}
