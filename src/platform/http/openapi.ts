import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { ROLES_EXTENSION } from './decorators.js';
import { ProblemDetails } from './openapi-models.js';

const DESCRIPTION = [
  'Credits, usage metering and charging for platforms that resell AI APIs.',
  'Amounts are decimal text with 6 to 10 decimals; requests may also send numbers. Timestamps are RFC 3339 in UTC.',
  'Lists are bare arrays, their paging travels in headers. Errors are RFC 9457 problem details with a stable `code`.',
].join('\n\n');

const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const;
const PROBLEM = { 'application/problem+json': { schema: { $ref: '#/components/schemas/ProblemDetails' } } };

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

/** The OpenAPI document of the application, made from the decorators of its code. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Tollgate')
    .setDescription(DESCRIPTION)
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' })
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    extraModels: [ProblemDetails],
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '').toLowerCase()}_${method}`,
  });
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const operation = item[method];
      if (operation) complete(operation, path);
    }
  }
  return document;
}

/** Writes what holds for every route of the interface into each operation. */
function complete(operation: Operation, path: string): void {
  const roles = (operation as Operation & { [ROLES_EXTENSION]?: unknown })[ROLES_EXTENSION];
  const who = Array.isArray(roles) ? `Roles: ${roles.join(', ')}.` : 'Public: no credentials needed.';
  operation.description = [operation.description, who].filter(Boolean).join('\n\n');
  if (!path.startsWith('/api/')) return;
  if (operation.requestBody) {
    operation.responses['400'] ??= { description: '`malformed_json`', content: PROBLEM };
    operation.responses['413'] ??= { description: '`payload_too_large`', content: PROBLEM };
    operation.responses['415'] ??= { description: '`unsupported_media_type`', content: PROBLEM };
  }
  if (operation.requestBody || operation.parameters?.some((p) => 'in' in p && p.in === 'query')) {
    operation.responses['422'] ??= { description: '`invalid_request`', content: PROBLEM };
  }
  operation.responses['503'] ??= { description: '`database_unavailable`, `not_ready`', content: PROBLEM };
}
