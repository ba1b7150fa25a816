/* Documentation of properties that answers about usage have in common. */

/** A number of things. */
export const count = (description: string) => ({ description, type: 'integer', example: 12 }) as const;
/** A number with decimals that is no amount. */
export const ratio = (description: string) => ({ description, type: 'number', example: 0.9833 }) as const;
/** An amount. */
export const credits = (description: string) =>
  ({ description, type: 'string', format: 'decimal', example: '0.125000' }) as const;
