import { existsSync, readFileSync, globSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { validate } from 'dockerfile-utils';
import { parse } from 'yaml';
import { IMAGE_FILES, INSTALL } from '../../../scripts/image-files.js';
import { Metrics } from '../../../src/platform/metrics.js';
import { startApp } from '../../support/app.js';
import { ROOT } from '../../support/services/built-service.js';

const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');
const yaml = (file: string): Record<string, unknown> => parse(read(file), { merge: true }) as Record<string, unknown>;
const variables = new Set([...read('.env.example').matchAll(/^([A-Z][A-Z0-9_]*)=/gm)].map(([, name]) => name));
const GRACE_S = Number(/^SHUTDOWN_GRACE_S=(\d+)$/m.exec(read('.env.example'))?.[1]);

interface Rule {
  alert: string;
  expr: string;
}
const rules = (yaml('deploy/prometheus/alerts.yaml').groups as { rules: Rule[] }[]).flatMap((group) => group.rules);
const dashboard = JSON.parse(read('deploy/grafana/tollgate.json')) as { panels: { targets: { expr: string }[] }[] };

describe('alerts and dashboard', () => {
  const expressions = [
    ...rules.map(({ expr }) => expr),
    ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
  ];
  const metricsOf = (expr: string): string[] => expr.match(/\b(tollgate|process|nodejs)_[a-z0-9_]+/g) ?? [];

  it('use only existing metrics, and use every one of ours', async () => {
    const t = await startApp({ database_url: 'postgresql://nobody@127.0.0.1:1/none' });
    const text = await t.app.get(Metrics).text();
    await t.close();
    const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type]) => ({ name, type }));
    const series = types.flatMap(({ name, type }) =>
      type === 'histogram' ? ['_bucket', '_sum', '_count'].map((suffix) => name + suffix) : [name],
    );
    const asked = new Set(expressions.flatMap(metricsOf));
    expect([...asked].filter((name) => !series.includes(name))).toEqual([]);
    const ours = types.filter(({ name }) => name.startsWith('tollgate_')).map(({ name }) => name);
    const seen = [...asked].map((name) => name.replace(/_bucket$/, ''));
    expect(ours.filter((name) => !seen.includes(name))).toEqual([]);
  });

  it('have a metric in every expression, and every alert is in the runbook', () => {
    const runbook = read('docs/operations.md');
    expect(expressions.filter((expr) => metricsOf(expr).length === 0)).toEqual([]);
    expect(rules.filter(({ alert }) => !runbook.includes(`\`${alert}\``)).map(({ alert }) => alert)).toEqual([]);
  });

  it('use metrics that the operations page explains', () => {
    const page = read('docs/operations.md');
    const asked = new Set(expressions.flatMap(metricsOf).filter((name) => name.startsWith('tollgate_')));
    const names = [...asked].map((name) => name.replace('tollgate_', '').replace(/_bucket$/, ''));
    expect(names.filter((name) => !page.includes(name))).toEqual([]);
  });
});

describe('the image', () => {
  const text = read('Dockerfile');
  const last = text.slice(text.lastIndexOf('\nFROM '));

  it('has a valid Dockerfile with a non-root user and a health check', () => {
    expect(validate(text)).toEqual([]);
    expect(last).toMatch(/\nUSER node\n/);
    expect(last).toMatch(/\nHEALTHCHECK /);
    expect(last).not.toMatch(/\nRUN /);
  });

  it('has the same files and package installation as scripts/image.ts', () => {
    const copied = [...last.matchAll(/^COPY --from=build \/app\/(\S+) \.\/(\S+)$/gm)];
    expect(copied.map(([, from]) => from)).toEqual([...IMAGE_FILES]);
    expect(copied.filter(([, from, to]) => from !== to)).toEqual([]);
    expect([...last.matchAll(/^COPY /gm)]).toHaveLength(IMAGE_FILES.length + 1);
    expect(text).toContain(`\nRUN ${INSTALL}\n`);
  });

  it('is built from files that .dockerignore does not exclude', () => {
    const ignored = read('.dockerignore').trim().split('\n');
    for (const file of ['src', 'prisma', 'scripts', 'package.json', 'prisma.config.ts', 'tsconfig.json', '.swcrc']) {
      expect(existsSync(path.join(ROOT, file))).toBe(true);
      expect(ignored).not.toContain(file);
    }
    for (const secret of ['.env', '.data', '.git', 'deploy']) expect(ignored).toContain(secret);
  });
});

describe('the compose file', () => {
  interface Service {
    read_only?: boolean;
    environment?: Record<string, string>;
    secrets?: string[];
    stop_grace_period?: string;
    command?: string[];
  }
  const { services, secrets } = yaml('deploy/compose.yaml') as unknown as {
    services: Record<string, Service>;
    secrets: Record<string, object>;
  };
  const ours = Object.entries(services).filter(([name]) => name !== 'database');

  it('sets only existing variables, passes secrets as files, and is read-only', () => {
    for (const [, { environment = {}, secrets: given = [], read_only }] of ours) {
      expect(read_only).toBe(true);
      expect(Object.keys(environment).filter((name) => !variables.has(name.replace(/_FILE$/, '')))).toEqual([]);
      const files = Object.entries(environment).filter(([name]) => name.endsWith('_FILE'));
      expect(files.map(([, file]) => file.replace('/run/secrets/', '')).sort()).toEqual([...given].sort());
      expect(given.filter((name) => !(name in secrets))).toEqual([]);
    }
  });

  it('waits longer for a shutdown than the service takes', () => {
    for (const name of ['tollgate', 'worker'])
      expect(Number.parseInt(services[name]?.stop_grace_period ?? '0', 10)).toBeGreaterThanOrEqual(GRACE_S + 5);
    const timeout = /^TimeoutStopSec=(\d+)$/m.exec(read('deploy/tollgate.service'))?.[1];
    expect(Number(timeout)).toBeGreaterThanOrEqual(GRACE_S + 5);
  });
});

describe('the chart', () => {
  const files = globSync('deploy/helm/templates/*', { cwd: ROOT });
  const templates = files.map(read).join('\n');
  const values = yaml('deploy/helm/values.yaml');

  it('uses all values of values.yaml and no others', () => {
    const used = new Set([...templates.matchAll(/\.Values\.([\w.]+)/g)].map(([, name = '']) => name));
    const at = (name: string): unknown =>
      name.split('.').reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], values);
    expect([...used].filter((name) => at(name) === undefined)).toEqual([]);
    const roots = new Set([...used].map((name) => name.split('.')[0]));
    expect(Object.keys(values).filter((name) => !roots.has(name))).toEqual([]);
  });

  it('includes only defined templates, and its blocks are balanced', () => {
    const defined = [...templates.matchAll(/define "([\w.]+)"/g)].map(([, name]) => name);
    const included = [...templates.matchAll(/include "([\w.]+)"/g)].map(([, name]) => name);
    expect(included.filter((name) => !defined.includes(name))).toEqual([]);
    const count = (pattern: RegExp): number => [...templates.matchAll(pattern)].length;
    expect(count(/\{\{-? (if|range|define|with) /g)).toBe(count(/\{\{-? end /g));
  });

  it('sets only existing variables, and waits longer for a shutdown than the service takes', () => {
    const named = [...templates.matchAll(/^\s*- name: ([A-Z][A-Z_]+)$/gm)].map(([, name]) => name);
    const { env } = values as { env: object };
    expect([...named, ...Object.keys(env)].filter((name) => !variables.has(name))).toEqual([]);
    expect(templates).toContain('terminationGracePeriodSeconds: {{ add .Values.shutdown.graceSeconds 5 }}');
  });
});
