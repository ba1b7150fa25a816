import { z } from 'zod';
import { oneOf, webUrl } from './config.values.js';

/** Settings of tracing. The variables are those of OpenTelemetry. */
export interface TracingConfig {
  /** OTLP/HTTP endpoint for spans; null disables tracing. */
  readonly url: string | null;
  /** Headers of export requests, such as a vendor's API key. */
  readonly headers: Readonly<Record<string, string>>;
  /** Name of this service in traces. */
  readonly service_name: string;
  /** Additional resource attributes, such as `deployment.environment.name`. */
  readonly resource: Readonly<Record<string, string>>;
  readonly sampler: (typeof SAMPLERS)[number];
  /** Ratio for the `traceidratio` samplers, 0 to 1. */
  readonly sampled_share: number;
}

const SAMPLERS = [
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
  'always_on',
  'always_off',
  'traceidratio',
] as const;

/**
 * Parses `key1=value1,key2=value2`, where values can be percent-encoded; returns undefined if the format is invalid.
 */
function pairs(text: string): Record<string, string> | undefined {
  const items = text.split(',').map((item) => /^\s*([^=\s]+)\s*=(.*)$/.exec(item));
  try {
    const read = items.map((match) => [match?.[1] ?? '', decodeURIComponent(match?.[2]?.trim() ?? '%')]);
    return Object.fromEntries(read) as Record<string, string>;
  } catch {
    return undefined; // malformed percent-encoding; the caller reports the variable
  }
}

const pairList = z
  .string()
  .refine((text) => pairs(text) !== undefined, 'pairs such as key=value, separated by commas, percent-encoded')
  .transform((text) => pairs(text) ?? {});

const share = z
  .string()
  .refine((text) => /^(0|1|0?\.\d+|1\.0+)$/.test(text), 'a number from 0 to 1')
  .transform(Number);

/** Environment variables for tracing. */
export const TRACING_ENVIRONMENT = {
  OTEL_EXPORTER_OTLP_ENDPOINT: webUrl.optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: webUrl.optional(),
  OTEL_EXPORTER_OTLP_HEADERS: pairList.optional(),
  OTEL_EXPORTER_OTLP_TRACES_HEADERS: pairList.optional(),
  OTEL_EXPORTER_OTLP_PROTOCOL: oneOf(['http/protobuf'], 'http/protobuf'),
  OTEL_SERVICE_NAME: z.string().default('tollgate'),
  OTEL_RESOURCE_ATTRIBUTES: pairList.optional(),
  OTEL_TRACES_SAMPLER: oneOf(SAMPLERS, 'parentbased_always_on'),
  OTEL_TRACES_SAMPLER_ARG: share.default(1),
};

/** Builds the configuration from {@link TRACING_ENVIRONMENT}. */
export function buildTracing(env: z.output<z.ZodObject<typeof TRACING_ENVIRONMENT>>): TracingConfig {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: base, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: own } = env;
  return {
    url: own ?? (base === undefined ? null : `${base.replace(/\/$/, '')}/v1/traces`),
    headers: { ...env.OTEL_EXPORTER_OTLP_HEADERS, ...env.OTEL_EXPORTER_OTLP_TRACES_HEADERS },
    service_name: env.OTEL_SERVICE_NAME,
    resource: env.OTEL_RESOURCE_ATTRIBUTES ?? {},
    sampler: env.OTEL_TRACES_SAMPLER,
    sampled_share: env.OTEL_TRACES_SAMPLER_ARG,
  };
}
