/* OpenAPI documentation shared by the views of usage. */

/** A count. */
export const count = (description: string) => ({ description, type: 'integer', example: 12 }) as const;
/** Minutes or hours. */
export const duration = (description: string) => ({ description, type: 'number', example: 12.5 }) as const;
/** A percentage. */
export const percentage = (description: string) => ({ description, type: 'number', example: 98.33 }) as const;
/** An amount as a number, for charts. */
export const drawn = (description: string) => ({ description, type: 'number', example: 0.125 }) as const;
/** An exact amount. */
export const credits = (description: string) =>
  ({ description, type: 'string', format: 'decimal', example: '0.125000' }) as const;
