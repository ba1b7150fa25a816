import type { Kind } from '../source.js';
import { AccountsImport } from './accounts.js';
import { CouponsImport, RedemptionsImport } from './coupons.js';
import { KeysImport } from './keys.js';
import type { KindImport } from './kind-import.js';
import { PricesImport } from './prices.js';
import { UsageImport } from './usage.js';

/** The import of each kind. */
export type ImportsOf = Readonly<Record<Kind, KindImport<object>>>;

/** Injection token of the imports. */
export const IMPORTS_OF = Symbol('IMPORTS_OF');

export const KIND_IMPORTS = [
  PricesImport,
  AccountsImport,
  KeysImport,
  CouponsImport,
  RedemptionsImport,
  UsageImport,
] as const;

export const importsOf = (
  prices: PricesImport,
  accounts: AccountsImport,
  keys: KeysImport,
  coupons: CouponsImport,
  redemptions: RedemptionsImport,
  usage: UsageImport,
): ImportsOf => ({ prices, accounts, keys, coupons, redemptions, usage });
