import { describe, expect, it } from '@jest/globals';
import { statusOf } from './discount.js';

const NOW = new Date('2027-01-15T00:00:00Z');

describe('a discount', () => {
  it('is unused until a payment uses it or it expires', () => {
    expect(statusOf({ used_at: null, expires_at: null }, NOW)).toBe('unused');
    expect(statusOf({ used_at: null, expires_at: new Date(NOW.getTime() + 1) }, NOW)).toBe('unused');
    expect(statusOf({ used_at: null, expires_at: NOW }, NOW)).toBe('expired');
    expect(statusOf({ used_at: NOW, expires_at: NOW }, NOW)).toBe('used');
  });
});
