import type { Type } from '@nestjs/common';
import { PartialType } from '@nestjs/swagger';

/** Returns a body class with the same members, all optional. Only nullable columns accept null. */
export const Changes = <T>(row: Type<T>): Type<Partial<T>> => PartialType(row, { skipNullProperties: false });
