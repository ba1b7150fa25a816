import { ApiOperation, type ApiPropertyOptions } from '@nestjs/swagger';

/** Marks parts of the API document that exist only for earlier clients. */
export const LEGACY_EXTENSION = 'For earlier clients';

/** Documents a field that only earlier clients read. `what` explains how it relates to the current fields. */
export const legacyField = (what: string, property: ApiPropertyOptions): ApiPropertyOptions => ({
  ...property,
  description: `${LEGACY_EXTENSION}: ${what}.`,
  deprecated: true,
});

/** Documents a route that only earlier clients use. `same_as` names the current route. */
export const LegacyOperation = (summary: string, same_as: string): MethodDecorator =>
  ApiOperation({ summary, description: `${LEGACY_EXTENSION}: ${same_as}.`, deprecated: true });

/** Schemas of the fields. */
export const CREDITS = { type: 'string', format: 'decimal', example: '0.125000' } as const;
export const COUNT = { type: 'integer', example: 12 } as const;
export const NUMBER = { type: 'number', example: 12.5 } as const;
export const TIMESTAMP = { type: 'string', format: 'date-time' } as const;
export const TEXT = { type: 'string' } as const;
