import { Param } from '@nestjs/common';
import { InvalidInput } from '../errors.js';
import { canonicalUserId, userIdFault } from '../values/user-id.js';

const checked = {
  transform(value: unknown): string {
    const id = canonicalUserId(value);
    const fault = userIdFault(id);
    if (fault !== null) throw new InvalidInput([{ field: 'id', message: fault }]);
    return id as string;
  },
};

/** Injects a user id from the path: `get(@UserIdParam() id: string)`. */
export const UserIdParam = (name = 'id'): ParameterDecorator => Param(name, checked);
