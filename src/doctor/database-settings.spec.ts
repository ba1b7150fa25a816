import { describe, expect, it } from '@jest/globals';
import { clockFaults, type DatabaseSettings, settingsFaults } from './database-settings.js';

const SETTINGS = {
  TimeZone: 'UTC',
  enable_seqscan: 'off',
  enable_bitmapscan: 'off',
  jit: 'off',
  statement_timeout: '15s',
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  autovacuum: 'on',
};
const HEALTHY: DatabaseSettings = {
  server_version_num: 150_020,
  settings: SETTINGS,
  max_connections: 100,
  connections_wanted: 30,
  timeout_wanted: '15000ms',
};

describe('database settings', () => {
  it('cause no finding if they are correct', () => {
    expect(settingsFaults(HEALTHY)).toEqual([]);
  });

  it.each([
    ['error', 'PostgreSQL 14', { server_version_num: 140_012 }],
    ['error', 'the time zone Europe/Berlin', { settings: { ...SETTINGS, TimeZone: 'Europe/Berlin' } }],
    ['warning', 'enable_seqscan is on', { settings: { ...SETTINGS, enable_seqscan: 'on' } }],
    ['warning', 'enable_bitmapscan is on', { settings: { ...SETTINGS, enable_bitmapscan: 'on' } }],
    ['warning', 'jit is on', { settings: { ...SETTINGS, jit: 'on' } }],
    ['warning', 'no statement_timeout', { settings: { ...SETTINGS, statement_timeout: '0' } }],
    ['warning', 'statement_timeout is 1h', { settings: { ...SETTINGS, statement_timeout: '1h' } }],
    ['warning', 'fsync is off', { settings: { ...SETTINGS, fsync: 'off' } }],
    ['warning', 'full_page_writes is off', { settings: { ...SETTINGS, full_page_writes: 'off' } }],
    ['warning', 'synchronous_commit is off', { settings: { ...SETTINGS, synchronous_commit: 'off' } }],
    ['warning', 'autovacuum is off', { settings: { ...SETTINGS, autovacuum: 'off' } }],
    ['warning', 'up to 120 connections; the database allows 100', { connections_wanted: 120 }],
  ])('cause a finding (%s): %s', (level, words, other) => {
    const faults = settingsFaults({ ...HEALTHY, ...other });
    expect(faults).toEqual([{ level, found: expect.stringContaining(words), remedy: expect.stringMatching(/./) }]);
  });
});

describe('clocks', () => {
  it.each([
    [1_500, undefined],
    [-2_500, 'warning'],
    [90_000, 'error'],
  ])('that differ by %s ms are %s', (ahead_ms, level) => {
    expect(clockFaults(ahead_ms)[0]?.level).toBe(level);
  });
});
