import { type AmountText, isZero } from './amount.ts';
import type { Day } from './dates.ts';
import { regionalLocale, timeZone, usePreferences } from './preferences.ts';

const PLACES = 10;
const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** Formats amounts, numbers and times in the person's language and time zone. */
export class Format {
  private readonly numbers = new Map<string, Intl.NumberFormat>();
  private readonly dates = new Map<string, Intl.DateTimeFormat>();
  private relatives: Intl.RelativeTimeFormat | undefined;

  constructor(
    readonly locale: string,
    readonly time_zone: string,
  ) {}

  /** @returns all significant digits, at least two places: `1,234.5600000001` */
  exact(amount: AmountText, min = 2): string {
    return this.number({ minimumFractionDigits: min, maximumFractionDigits: PLACES }).format(amount);
  }

  /** @returns cents, cut off instead of rounded, so that nobody reads more than there is; `< 0.01` for less */
  cents(amount: AmountText): string {
    const options = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
    const cut = this.number({ ...options, roundingMode: 'trunc' }).format(amount);
    if (isZero(amount) || /[1-9]/.test(cut)) return cut;
    return `${amount.startsWith('-') ? '> -' : '< '}${this.number(options).format('0.01')}`;
  }

  /** @returns the two parts of {@link exact}: up to the cent, and the digits below it */
  parts(amount: AmountText, isAligned = false): { main: string; rest: string } {
    const text = this.exact(amount, isAligned ? PLACES : 2);
    const cut = this.number({ minimumFractionDigits: 2, maximumFractionDigits: 2, roundingMode: 'trunc' }).format(
      amount,
    );
    return text.startsWith(cut) ? { main: cut, rest: text.slice(cut.length) } : { main: text, rest: '' };
  }

  /** @returns money of the real world in its currency, exactly */
  money(amount: AmountText, currency: string): string {
    return this.number({ style: 'currency', currency, maximumFractionDigits: PLACES }).format(amount);
  }

  /** @returns dollars that the service gives as a number, because they are for display only */
  dollars(value: number): string {
    return this.number({ style: 'currency', currency: 'usd' }).format(value);
  }

  count(value: number): string {
    return this.number({}).format(value);
  }

  /** @returns `12.3K`, for axes and small places */
  compact(value: number): string {
    return this.number({ notation: 'compact', maximumSignificantDigits: 3 }).format(value);
  }

  /** @returns percent; `< 0.1%` for less that is not nothing */
  percent(value: number, places = 1): string {
    const least = 10 ** -places;
    const written = this.number({ style: 'percent', maximumFractionDigits: places });
    return value > 0 && value < least / 2 ? `< ${written.format(least / 100)}` : written.format(value / 100);
  }

  /** @returns a change: `+12.5%` */
  signedPercent(value: number): string {
    return this.number({ style: 'percent', maximumFractionDigits: 1, signDisplay: 'exceptZero' }).format(value / 100);
  }

  /** @returns a share such as a markup as percent, with all digits: `12.5%` of `0.125` */
  share(share: AmountText): string {
    return this.number({ style: 'percent', maximumFractionDigits: PLACES }).format(share);
  }

  day(time: string | Date): string {
    return this.date({ day: 'numeric', month: 'short' }).format(asDate(time));
  }

  /** @param day a calendar day without a zone, such as `2026-11-30` */
  calendarDay(day: Day, hasYear = true): string {
    const options = { day: 'numeric', month: 'short', ...(hasYear && { year: 'numeric' as const }) } as const;
    return this.date({ ...options, timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`));
  }

  longDay(time: string | Date): string {
    return this.date({ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' }).format(asDate(time));
  }

  minute(time: string | Date): string {
    return this.date({ dateStyle: 'medium', timeStyle: 'short' }).format(asDate(time));
  }

  second(time: string | Date): string {
    return this.date({ dateStyle: 'medium', timeStyle: 'medium' }).format(asDate(time));
  }

  hour(time: string | Date): string {
    return this.date({ day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit' }).format(asDate(time));
  }

  /** @returns `Mon 14:00`, for axes */
  weekdayHour(time: string | Date): string {
    return this.date({ weekday: 'short', hour: 'numeric', minute: '2-digit' }).format(asDate(time));
  }

  month(time: string | Date): string {
    return this.date({ month: 'short', year: 'numeric' }).format(asDate(time));
  }

  /** @returns `in 3 days`, `5 minutes ago` */
  relative(time: string | Date, now = Date.now()): string {
    const seconds = (asDate(time).getTime() - now) / 1_000;
    const [unit, size] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? (['second', 1] as const);
    return this.ago().format(Math.trunc(seconds / size), unit);
  }

  /** @returns `in 20 days`, `tomorrow` */
  inDays(days: number): string {
    return this.ago().format(days, 'day');
  }

  private ago(): Intl.RelativeTimeFormat {
    this.relatives ??= new Intl.RelativeTimeFormat(this.locale, { numeric: 'auto' });
    return this.relatives;
  }

  private number(options: Intl.NumberFormatOptions): { format: (value: AmountText | number) => string } {
    return cached(this.numbers, options, () => new Intl.NumberFormat(this.locale, options));
  }

  private date(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
    const make = () => new Intl.DateTimeFormat(this.locale, { timeZone: this.time_zone, ...options });
    return cached(this.dates, options, make);
  }
}

function cached<T>(known: Map<string, T>, options: object, make: () => T): T {
  const key = JSON.stringify(options);
  const found = known.get(key) ?? make();
  known.set(key, found);
  return found;
}

const asDate = (time: string | Date): Date => (typeof time === 'string' ? new Date(time) : time);

const formats = new Map<string, Format>();

/** The formats of this person, which all components share. */
export function currentFormat(): Format {
  const [locale, time_zone] = [regionalLocale(), timeZone()];
  const known = formats.get(`${locale} ${time_zone}`) ?? new Format(locale, time_zone);
  formats.set(`${locale} ${time_zone}`, known);
  return known;
}

/** The formats of this person; changes with the settings. */
export function useFormat(): Format {
  usePreferences();
  return currentFormat();
}

/** Loads what the browser knows about the person's language, which takes a tenth of a second on a slow machine. */
export function loadFormats(): void {
  const format = currentFormat();
  format.count(0);
  format.day(new Date());
}
