/* Documentation of properties that answers about usage have in common. */

/** A number of things. */
export const count = (description: string) => ({ description, type: 'integer', example: 12 }) as const;
/** Minutes or hours. */
export const duration = (description: string) => ({ description, type: 'number', example: 12.5 }) as const;
/** A share, in percent. */
export const percentage = (description: string) => ({ description, type: 'number', example: 98.33 }) as const;
/** An amount that is only drawn, as a number. */
export const drawn = (description: string) => ({ description, type: 'number', example: 0.125 }) as const;
/** An amount. */
export const credits = (description: string) =>
  ({ description, type: 'string', format: 'decimal', example: '0.125000' }) as const;
