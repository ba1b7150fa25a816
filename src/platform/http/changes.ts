import type { Type } from '@nestjs/common';
import { PartialType } from '@nestjs/swagger';

/** A body with the same members, each of which may be left out; null is a value of nullable columns alone. */
export const Changes = <T>(row: Type<T>): Type<Partial<T>> => PartialType(row, { skipNullProperties: false });
