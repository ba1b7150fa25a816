import type { INestApplication } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import { describeWebhooks } from '../events/event-webhooks.js';
import { openApiDocument } from '../platform/http/openapi/openapi.js';

/** Generates the whole OpenAPI document: the routes and the webhooks. */
export const documentOf = (app: INestApplication): OpenAPIObject => describeWebhooks(openApiDocument(app));
