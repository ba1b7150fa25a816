import { Injectable } from '@nestjs/common';
import { counted } from '../platform/values/counted.js';
import { EndpointsRepository } from '../webhooks/endpoints/endpoints.repository.js';
import { type Check, type Fault, warning } from './finding.js';

/** Checks of the endpoints that receive events. */
@Injectable()
export class WebhooksChecks {
  constructor(private readonly endpoints: EndpointsRepository) {}

  all(): Check[] {
    return [{ name: 'webhooks', run: () => this.findFailing() }];
  }

  /** Finds endpoints that the operator is told of as well: those that fail for a day, or are disabled because of it. */
  private async findFailing(): Promise<Fault[]> {
    const all = await this.endpoints.all();
    const failing = all.filter(
      ({ failing_reported_at, status }) => failing_reported_at !== null && status === 'enabled',
    );
    const disabled = all.filter(({ disabled_reason }) => disabled_reason === 'failing');
    const faults: Fault[] = [];
    if (failing.length > 0) {
      const found = `Nothing was delivered to ${counted(failing.length, 'webhook endpoint')} for a day`;
      faults.push(warning(found, 'Run: tollgate webhooks list; then tollgate webhooks test ENDPOINT'));
    }
    if (disabled.length > 0) {
      const found = `${counted(disabled.length, 'webhook endpoint')} failed for five days and was disabled`;
      const remedy =
        'Repair the receiver and enable the endpoint; then run: tollgate webhooks replay ENDPOINT --since TIME';
      faults.push(warning(found, remedy));
    }
    return faults;
  }
}
