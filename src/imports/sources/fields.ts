import { parsedOrNull } from '../../platform/values/json-text.js';
import type { Conversion } from '../conversion.js';
import type { Row } from './snapshot.js';

/** Fixed texts of notes, so that rows can be counted by note. */
export const NOTES = {
  rounded: 'has more than 10 decimals; it is rounded half up',
  service: 'has a service whose name is written differently here',
  nobody: 'names no user',
};

/** Builds the fields of a record and collects notes. */
export class Fields {
  readonly notes: string[] = [];
  readonly fields: Record<string, unknown> = {};

  constructor(private readonly row: Row) {}

  /** Returns the first non-empty value of some columns. */
  text(...columns: string[]): string | null {
    for (const column of columns) {
      const text = this.row[column] ?? null;
      if (text !== null && text !== '') return text;
    }
    return null;
  }

  /** Sets fields that are not null. */
  set(fields: Record<string, unknown>): this {
    for (const [name, value] of Object.entries(fields)) if (value !== null) this.fields[name] = value;
    return this;
  }

  note(note: string): this {
    this.notes.push(note);
    return this;
  }

  /** Converts an amount to credits. Returns other text unchanged, so that validation refuses it. */
  credits(conversion: Conversion, text: string | null): string | null {
    if (text === null) return null;
    const converted = conversion.credits(text);
    if (converted?.is_rounded && !this.notes.includes(NOTES.rounded)) this.note(NOTES.rounded);
    return converted?.text ?? text;
  }

  /** Parses an integer. Returns other text unchanged, so that validation refuses it. */
  whole(...columns: string[]): number | string | null {
    const text = this.text(...columns);
    return text !== null && /^-?\d{1,15}$/.test(text) ? Number(text) : text;
  }

  /** Parses an SQL boolean; null if there is none. */
  truth(...columns: string[]): boolean | null {
    const text = this.text(...columns);
    return text === null ? null : text === 't' || text === 'true' || text === '1';
  }

  /** Converts a PostgreSQL timestamp to RFC 3339. Without an offset it is UTC. */
  time(...columns: string[]): string | null {
    const text = this.text(...columns);
    return text === null ? null : text.replace(' ', 'T').replace(/([+-]\d{2})$/, '$1:00');
  }

  /** Converts seconds since 1970 to a timestamp; null if they are invalid or zero. */
  seconds(column: string): string | null {
    const seconds = this.whole(column);
    return typeof seconds === 'number' && seconds > 0 ? new Date(seconds * 1000).toISOString() : null;
  }

  /** Parses a JSON object; null if there is none or the value is not an object. */
  json(column: string): Record<string, unknown> | null {
    const text = this.text(column);
    if (text === null) return null;
    const value = parsedOrNull(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : null;
  }

  /** Converts a service name to our format. */
  service(text: string | null, otherwise: string): string {
    const name = (text ?? otherwise)
      .toLowerCase()
      .replace(/[^a-z0-9._-]+/g, '-')
      .replace(/^[._-]+/, '')
      .slice(0, 64);
    if (text !== null && name !== text) this.note(NOTES.service);
    return name === '' ? otherwise : name;
  }
}
