import { IntersectionType, OmitType, PickType } from '@nestjs/swagger';
import { CreditPackageRow } from '../generated/rows.js';
import { Changes } from '../platform/http/changes.js';

/** Credits for sale, as buyers see them. */
export class PackageOfferView extends PickType(CreditPackageRow, [
  'package_code',
  'name',
  'description',
  'credits',
  'price',
] as const) {}

/** Credits for sale, as admins see them. */
export class PackageView extends CreditPackageRow {}

const EDITABLE = ['name', 'description', 'credits', 'price', 'is_active', 'rank'] as const;
const DEFAULTED = ['description', 'is_active', 'rank'] as const;

/** What of a package may be changed. Payments that were offered keep their price. */
export class PackageChanges extends Changes(PickType(CreditPackageRow, EDITABLE)) {}

class PackageTerms extends OmitType(PickType(CreditPackageRow, ['package_code', ...EDITABLE] as const), DEFAULTED) {}
class PackageDefaults extends Changes(PickType(CreditPackageRow, DEFAULTED)) {}

/** A package to create. */
export class PackageBody extends IntersectionType(PackageTerms, PackageDefaults) {}
