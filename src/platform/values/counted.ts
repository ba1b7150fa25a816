/** Returns a number with its unit in the right form: `1 account`, `2 accounts`. */
export const counted = (n: number, one: string, many = `${one}s`): string => `${String(n)} ${n === 1 ? one : many}`;
