import { Injectable } from '@nestjs/common';
import type { ReferralProgramRow } from '../../generated/rows.js';
import { Database, type Db, type Tx } from '../../platform/database/database.js';
import { wire } from '../../platform/values/wire.js';

/** The terms that admins set. */
export type ReferralTerms = Omit<ReferralProgramRow, 'id' | 'updated_at'>;

const ONE = { id: 1 };

/** All SQL on the terms of referrals. */
@Injectable()
export class ReferralProgramRepository {
  constructor(private readonly db: Database) {}

  /** Returns the terms; null if there is no program. */
  async find(db: Db | Tx = this.db.prisma): Promise<ReferralProgramRow | null> {
    const row = await db.referral_programs.findUnique({ where: ONE });
    return row && wire(row);
  }

  /** Returns the terms and locks them, so that redemptions are decided one after the other. */
  async lock(tx: Tx): Promise<ReferralProgramRow | null> {
    await tx.$queryRaw`SELECT FROM referral_programs FOR UPDATE`;
    return this.find(tx);
  }

  /** Sets the terms, in place of earlier ones. */
  async set(tx: Tx, terms: ReferralTerms): Promise<ReferralProgramRow> {
    const changes = { ...terms, updated_at: new Date() };
    return wire(await tx.referral_programs.upsert({ where: ONE, create: { ...ONE, ...changes }, update: changes }));
  }

  /** Removes the program. Returns whether there was one. */
  async remove(tx: Tx): Promise<boolean> {
    return (await tx.referral_programs.deleteMany()).count > 0;
  }
}
