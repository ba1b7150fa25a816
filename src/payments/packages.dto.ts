import { IntersectionType, OmitType, PartialType, PickType } from '@nestjs/swagger';
import { CreditPackageRow } from '../generated/rows.js';

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

/** A member may be left out, but null is a value of nullable columns alone. */
const NOT_NULL = { skipNullProperties: false } as const;

/** What of a package may be changed. Payments that were offered keep their price. */
export class PackageChanges extends PartialType(PickType(CreditPackageRow, EDITABLE), NOT_NULL) {}

class PackageTerms extends OmitType(PickType(CreditPackageRow, ['package_code', ...EDITABLE] as const), DEFAULTED) {}
class PackageDefaults extends PartialType(PickType(CreditPackageRow, DEFAULTED), NOT_NULL) {}

/** A package to create. */
export class PackageBody extends IntersectionType(PackageTerms, PackageDefaults) {}
