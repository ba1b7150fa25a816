import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import protobuf from 'protobufjs';

/** A span as it was received. */
export interface ReceivedSpan {
  name: string;
  trace_id: string;
  span_id: string;
  /** Empty for the first span of a trace. */
  parent_span_id: string;
  trace_state: string;
  /** 1 internal, 2 server, 3 client. */
  kind: number;
  attributes: Record<string, unknown>;
  /** Span ids. */
  links: string[];
  /** 0 unset, 2 error. */
  status: number;
  ms: number;
  resource: Record<string, unknown>;
}

/** What OTLP's messages of traces have, as far as it is read: opentelemetry/proto/trace/v1/trace.proto. */
const PROTO = `
  syntax = "proto3";
  message AnyValue { oneof value { string string_value = 1; bool bool_value = 2; int64 int_value = 3;
    double double_value = 4; ArrayValue array_value = 5; } }
  message ArrayValue { repeated AnyValue values = 1; }
  message KeyValue { string key = 1; AnyValue value = 2; }
  message Resource { repeated KeyValue attributes = 1; }
  message Status { string message = 2; int32 code = 3; }
  message Link { bytes trace_id = 1; bytes span_id = 2; }
  message Span { bytes trace_id = 1; bytes span_id = 2; string trace_state = 3; bytes parent_span_id = 4;
    string name = 5; int32 kind = 6; fixed64 start_time_unix_nano = 7; fixed64 end_time_unix_nano = 8;
    repeated KeyValue attributes = 9; repeated Link links = 13; Status status = 15; }
  message ScopeSpans { repeated Span spans = 2; }
  message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; }
  message ExportTraceServiceRequest { repeated ResourceSpans resource_spans = 1; }`;

interface KeyValue {
  key: string;
  value: Record<string, unknown>;
}

interface SpanMessage {
  trace_id: Buffer;
  span_id: Buffer;
  parent_span_id?: Buffer;
  trace_state?: string;
  name: string;
  kind: number;
  start_time_unix_nano: string;
  end_time_unix_nano: string;
  attributes?: KeyValue[];
  links?: { span_id: Buffer }[];
  status?: { code?: number };
}

interface ExportMessage {
  resource_spans: { resource: { attributes: KeyValue[] }; scope_spans: { spans: SpanMessage[] }[] }[];
}

const MESSAGE = protobuf.parse(PROTO, { keepCase: true }).root.lookupType('ExportTraceServiceRequest');

/** A collector that takes traces as OTLP over HTTP, binary protobuf. */
export class OtlpCollector {
  readonly spans: ReceivedSpan[] = [];
  /** Every message as it came, for looking for what must not be in it. */
  readonly messages: Buffer[] = [];
  /** What it answers with. */
  status = 200;
  readonly requests: { path: string; headers: IncomingHttpHeaders }[] = [];

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(): Promise<OtlpCollector> {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const collector = new OtlpCollector(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks);
        const message = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
        collector.requests.push({ path: request.url ?? '', headers: request.headers });
        if (collector.status === 200) collector.take(message);
        response.writeHead(collector.status, { 'content-type': 'application/x-protobuf' }).end();
      });
    });
    return collector;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  reset(): void {
    this.spans.length = 0;
  }

  named(name: string): ReceivedSpan[] {
    return this.spans.filter((span) => span.name === name);
  }

  private take(bytes: Buffer): void {
    this.messages.push(bytes);
    const { resource_spans } = MESSAGE.toObject(MESSAGE.decode(bytes), { longs: String }) as unknown as ExportMessage;
    for (const { resource, scope_spans } of resource_spans) {
      const about = attributesOf(resource.attributes);
      for (const { spans } of scope_spans) this.spans.push(...spans.map((span) => received(span, about)));
    }
  }
}

function received(span: SpanMessage, resource: Record<string, unknown>): ReceivedSpan {
  const ns = BigInt(span.end_time_unix_nano) - BigInt(span.start_time_unix_nano);
  return {
    name: span.name,
    kind: span.kind,
    trace_state: span.trace_state ?? '',
    resource,
    ms: Number(ns) / 1e6,
    trace_id: span.trace_id.toString('hex'),
    span_id: span.span_id.toString('hex'),
    parent_span_id: span.parent_span_id?.toString('hex') ?? '',
    attributes: attributesOf(span.attributes ?? []),
    links: (span.links ?? []).map((link) => link.span_id.toString('hex')),
    status: span.status?.code ?? 0,
  };
}

const attributesOf = (pairs: readonly KeyValue[]): Record<string, unknown> =>
  Object.fromEntries(pairs.map(({ key, value }) => [key, valueOf(value)]));

function valueOf(value: Record<string, unknown>): unknown {
  const [[kind, plain] = []] = Object.entries(value);
  if (kind === 'array_value') return (plain as { values: Record<string, unknown>[] }).values.map(valueOf);
  return kind === 'int_value' ? Number(plain) : plain;
}
