import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { EventsModule } from '../events/events.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { WebhookDeliveriesController } from './deliveries/deliveries.controller.js';
import { DeliveriesRepository } from './deliveries/deliveries.repository.js';
import { WebhookDeliveries } from './deliveries/deliveries.service.js';
import { FanOut } from './deliveries/fan-out.js';
import { OldDeliveriesJob } from './deliveries/old-deliveries.job.js';
import { RecoveryJob } from './deliveries/recovery.job.js';
import { EndpointSecrets } from './endpoints/endpoint-secrets.js';
import { EndpointTest } from './endpoints/endpoint-test.service.js';
import { WebhookEndpointsController } from './endpoints/endpoints.controller.js';
import { EndpointsRepository } from './endpoints/endpoints.repository.js';
import { WebhookEndpoints } from './endpoints/endpoints.service.js';
import { FailingEndpointsJob } from './endpoints/failing-endpoints.job.js';
import { EndpointSecretRotation } from './endpoints/secret-rotation.js';
import { QueuesRepository } from './sending/queues.repository.js';
import { ResultWriter } from './sending/result-writer.js';
import { SenderMetrics } from './sending/sender-metrics.js';
import { Sender } from './sending/sender.js';
import { SendingJob } from './sending/sending.job.js';
import { WebhookClient } from './sending/webhook.client.js';

@Module({
  imports: [AuditModule, JobsModule, EventsModule],
  controllers: [WebhookEndpointsController, WebhookDeliveriesController],
  providers: [
    DeliveriesRepository,
    EndpointSecretRotation,
    EndpointSecrets,
    EndpointsRepository,
    EndpointTest,
    FailingEndpointsJob,
    FanOut,
    OldDeliveriesJob,
    QueuesRepository,
    RecoveryJob,
    ResultWriter,
    Sender,
    SendingJob,
    SenderMetrics,
    WebhookClient,
    WebhookDeliveries,
    WebhookEndpoints,
  ],
  exports: [EndpointsRepository, EndpointTest, WebhookEndpoints],
})
export class WebhooksModule {}
