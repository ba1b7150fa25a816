import { IntersectionType, PickType } from '@nestjs/swagger';
import { ModelEquivalentRow } from '../../generated/rows.js';
import { Changes } from '../../platform/http/bodies/changes.js';

/** A model that can replace another, as the operator judges it. */
export class EquivalentView extends ModelEquivalentRow {}

/** A model that can replace another. */
export class EquivalentBody extends IntersectionType(
  PickType(ModelEquivalentRow, ['from', 'to'] as const),
  Changes(PickType(ModelEquivalentRow, ['note'] as const)),
) {}

/** Names an equivalent. */
export class EquivalentId extends PickType(ModelEquivalentRow, ['id'] as const) {}
