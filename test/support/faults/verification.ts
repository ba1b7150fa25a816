import type { INestApplicationContext } from '@nestjs/common';
import { LedgerVerification } from '../../../src/credits/ledger/ledger-verification.js';
import { LedgerVerificationRepository } from '../../../src/credits/ledger/ledger-verification.repository.js';
import { Database } from '../../../src/platform/database/database.js';

/** Returns the verification of `tollgate ledger verify` for the database of an application. */
export const verificationOf = (app: INestApplicationContext): LedgerVerification =>
  new LedgerVerification(new LedgerVerificationRepository(app.get(Database)));
