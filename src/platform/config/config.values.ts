import { BlockList, isIP } from 'node:net';
import { z } from 'zod';
import { AMOUNT_PATTERN, units } from '../values/amount.js';

// Schemas of environment variables. The messages complete the sentence "VARIABLE must be ...".

/** Named networks. */
export const NAMED_NETWORKS = ['loopback', 'linklocal', 'uniquelocal'];

/** A whole number from `min` to `max`. */
export const wholeNumber = (min: number, max: number) => {
  const should = `a whole number from ${min} to ${max}`;
  const within = (text: string): boolean => /^\d{1,15}$/.test(text) && Number(text) >= min && Number(text) <= max;
  return z.string().refine(within, should).transform(Number);
};

/** The same, with a default value. */
export const whole = (min: number, max: number, fallback: number) => wholeNumber(min, max).default(fallback);

/** A positive amount with at most 10 decimals. */
export const positiveAmount = (fallback: string) => {
  const isPositive = (text: string): boolean => AMOUNT_PATTERN.test(text) && units(text) > 0n;
  return z.string().refine(isPositive, 'a positive decimal number with at most 10 decimals').default(fallback);
};

/** One of the listed values. */
export const oneOf = <const T extends string>(values: readonly T[], fallback: NoInfer<T>) =>
  z.enum(values, `one of ${values.join(', ')}`).default(fallback);

/** A secret of at least `min` characters, not counting spaces at either end. */
export const secret = (min: number) =>
  z.string().refine((text) => text.trim().length >= min, `a secret of at least ${min} characters`);

/** Items separated by commas. */
export const list = (each: (item: string) => boolean, should: string) =>
  z
    .string()
    .transform((text) => text.split(',').map((item) => item.trim()))
    .refine((items) => items.every(each), should);

/** A URL with one of the protocols. */
export const url = (protocols: readonly string[], should: string) =>
  z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), should);

export const webUrl = url(['http:', 'https:'], 'an http or https URL');

/** Returns whether the text is an Origin header as browsers send it, or * for any. */
export function isOrigin(text: string): boolean {
  return text === '*' || (URL.canParse(text) && new URL(text).origin === text);
}

/** Returns whether only this machine reaches a host of this name. */
export const isLoopback = (host: string): boolean => ['127.0.0.1', '::1', 'localhost'].includes(host);

/** Returns whether the text is an IP address, a network in CIDR notation or a named network. */
export function isNetwork(text: string): boolean {
  if (NAMED_NETWORKS.includes(text)) return true;
  const [address = '', prefix] = text.split('/');
  const family = isIP(address);
  if (family === 0) return false;
  if (prefix === undefined) return true;
  try {
    if (Number(prefix) === 0) return false; // never trust every address
    new BlockList().addSubnet(address, /^\d{1,3}$/.test(prefix) ? Number(prefix) : -1, family === 6 ? 'ipv6' : 'ipv4');
    return text.split('/').length === 2;
  } catch {
    return false; // the prefix is out of range; the caller reports the variable
  }
}
