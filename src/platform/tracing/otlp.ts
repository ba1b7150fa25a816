import { Logger } from '@nestjs/common';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { ExportResultCode, TraceState } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  type SpanExporter,
  type SpanProcessor,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { TracingConfig } from '../config/tracing-config.js';
import { VERSION } from '../version.js';
import type { SpanSource } from './tracing.js';

const KINDS = { internal: SpanKind.INTERNAL, server: SpanKind.SERVER, client: SpanKind.CLIENT };
const SCOPE = 'tollgate';
/** Timeout of an export, including its retries. */
const EXPORT_MAX_MS = 5_000;
const SILENCE_MS = 60_000;

/** Marks spans with an `error.type` as failed. */
const ERRORS: SpanProcessor = {
  onStart: () => undefined,
  onEnding: (span) => {
    if ('error.type' in span.attributes) span.setStatus({ code: SpanStatusCode.ERROR });
  },
  onEnd: () => undefined,
  forceFlush: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
};

/**
 * Creates spans with OpenTelemetry's SDK and exports them in the background as OTLP over HTTP. At most 2,048 spans are
 * queued; further ones are dropped.
 */
export function otlpSource(config: TracingConfig, url: string): SpanSource {
  const exporter = new OTLPTraceExporter({ url, headers: { ...config.headers }, timeoutMillis: EXPORT_MAX_MS });
  const processor = new BatchSpanProcessor({ exporter: reported(exporter, new URL(url).origin) });
  const provider = new TracerProvider({
    sampler: samplerOf(config),
    resource: resourceFromAttributes({
      'service.version': VERSION,
      ...config.resource,
      'service.name': config.service_name,
    }),
    spanProcessors: [ERRORS, processor],
  });
  const tracer = provider.getTracer(SCOPE, VERSION);
  return {
    start: (name, { kind, attributes, parent }) => {
      const above = parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT;
      return tracer.startSpan(name, { kind: KINDS[kind], attributes }, above);
    },
    stateOf: (tracestate) => new TraceState(tracestate),
    flush: () => processor.forceFlush().catch(() => undefined), // already logged
  };
}

function samplerOf({ sampler, sampled_share }: TracingConfig): Sampler {
  const [, isParentBased, root] = /^(parentbased_)?(.*)$/.exec(sampler) ?? [];
  const chosen = {
    always_on: () => new AlwaysOnSampler(),
    always_off: () => new AlwaysOffSampler(),
    traceidratio: () => new TraceIdRatioBasedSampler(sampled_share),
  }[root as 'always_on' | 'always_off' | 'traceidratio']();
  return isParentBased === undefined ? chosen : new ParentBasedSampler({ root: chosen });
}

/** Logs lost spans, at most once a minute. */
function reported(exporter: SpanExporter, collector: string): SpanExporter {
  const log = new Logger('tracing');
  let said_ms = -Infinity;
  let lost = 0;
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        const { code, error } = result;
        if (code === ExportResultCode.FAILED) lost += spans.length;
        if (code === ExportResultCode.FAILED && performance.now() - said_ms >= SILENCE_MS) {
          said_ms = performance.now();
          log.warn(
            `${collector} does not accept traces: ${lost} spans are lost (${error?.message ?? 'unknown error'})`,
          );
          lost = 0;
        }
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
  };
}
