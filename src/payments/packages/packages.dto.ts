import { IntersectionType, OmitType, PickType } from '@nestjs/swagger';
import { CreditPackageRow } from '../../generated/rows.js';
import { Changes } from '../../platform/http/bodies/changes.js';

/** A package as buyers see it. */
export class PackageOfferView extends PickType(CreditPackageRow, [
  'package_code',
  'name',
  'description',
  'credits',
  'price',
] as const) {}

/** A package as admins see it. */
export class PackageView extends CreditPackageRow {}

const EDITABLE = ['name', 'description', 'credits', 'price', 'is_active', 'rank'] as const;
const DEFAULTED = ['description', 'is_active', 'rank'] as const;

/** Changes to a package. Open payments keep their price. */
export class PackageChanges extends Changes(PickType(CreditPackageRow, EDITABLE)) {}

class PackageTerms extends OmitType(PickType(CreditPackageRow, ['package_code', ...EDITABLE] as const), DEFAULTED) {}
class PackageDefaults extends Changes(PickType(CreditPackageRow, DEFAULTED)) {}

/** A package to create. */
export class PackageBody extends IntersectionType(PackageTerms, PackageDefaults) {}
