import type { ApiPropertyOptions } from '@nestjs/swagger';

/** What the document says of everything that is here only because earlier clients rely on it. */
export const KEPT = 'Kept for earlier clients';

/** Documents a field that only earlier clients read: what it is the same as, or how it follows from the others. */
export const kept = (what: string, property: ApiPropertyOptions): ApiPropertyOptions => ({
  ...property,
  description: `${KEPT}: ${what}.`,
  deprecated: true,
});

/** Shapes of fields. */
export const CREDITS = { type: 'string', format: 'decimal', example: '0.125000' } as const;
export const COUNT = { type: 'integer', example: 12 } as const;
export const NUMBER = { type: 'number', example: 12.5 } as const;
export const TIMESTAMP = { type: 'string', format: 'date-time' } as const;
export const TEXT = { type: 'string' } as const;
