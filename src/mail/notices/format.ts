import type { Language } from './kinds.js';

const SMALL = 0.01;

/** Writes amounts and dates as people of a language write them. */
export class Format {
  constructor(
    readonly language: Language,
    private readonly timezone: string,
  ) {}

  /** An amount of credits, exact where cents would show nothing. Never rounded up. */
  amount(text: string): string {
    const size = Math.abs(Number(text));
    const maximumFractionDigits = size > 0 && size < SMALL ? 10 : 2;
    const options = { minimumFractionDigits: 2, maximumFractionDigits, roundingMode: 'trunc' as const };
    return new Intl.NumberFormat(this.language, options).format(text as `${number}`);
  }

  /** A whole number. */
  count(value: number | string): string {
    return new Intl.NumberFormat(this.language, { maximumFractionDigits: 0 }).format(value as `${number}`);
  }

  /** An amount of money. `currency` is an ISO 4217 code in any case. */
  money(text: string, currency: string): string {
    const style = { style: 'currency' as const, currency: currency.toUpperCase() };
    return new Intl.NumberFormat(this.language, style).format(text as `${number}`);
  }

  /** The day of an instant. */
  date(instant: string): string {
    return this.dateTime(instant, { dateStyle: 'long' });
  }

  /** The day and the time of an instant. */
  time(instant: string): string {
    return this.dateTime(instant, { dateStyle: 'long', timeStyle: 'short' });
  }

  /** A day such as 2026-11-30, without the year. */
  day(day: string): string {
    return new Intl.DateTimeFormat(this.language, { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(
      new Date(`${day}T00:00:00Z`),
    );
  }

  /** The name of a month such as 2026-11. */
  month(month: string): string {
    return new Intl.DateTimeFormat(this.language, { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
      new Date(`${month}-01T00:00:00Z`),
    );
  }

  private dateTime(instant: string, style: Intl.DateTimeFormatOptions): string {
    return new Intl.DateTimeFormat(this.language, { ...style, timeZone: this.timezone }).format(new Date(instant));
  }
}
