import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../platform/config/config.js';
import { faultsOf, remedyOf, warningsOf } from '../platform/schema/report.js';
import { SchemaService } from '../platform/schema/schema.service.js';
import { configurationFaults } from './configuration.js';
import { clockFaults, settingsFaults } from './database-settings.js';
import { DoctorRepository } from './doctor.repository.js';
import { type Check, type Fault, fault, warning } from './finding.js';
import { storageFaults } from './storage.js';

/** Connections of the jobs: their pool, and one for notifications. */
const JOB_CONNECTIONS = 4;

/** Checks of the environment: configuration, database settings, schema, clocks, storage. */
@Injectable()
export class SurroundingsChecks {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly schema: SchemaService,
    private readonly repository: DoctorRepository,
  ) {}

  all(): Check[] {
    return [
      { name: 'configuration', run: () => Promise.resolve(configurationFaults(this.config)) },
      { name: 'database-settings', run: () => this.settings() },
      { name: 'schema', run: () => this.compare() },
      { name: 'clock', run: async () => clockFaults(await this.repository.clockAheadMs()) },
      { name: 'storage', run: async () => storageFaults(await this.repository.storage()) },
    ];
  }

  private async settings(): Promise<Fault[]> {
    const { pool_max, read_pool_max, statement_timeout_ms } = this.config.database;
    const connections_wanted = pool_max + read_pool_max + JOB_CONNECTIONS;
    const timeout_wanted = `${String(statement_timeout_ms)}ms`;
    return settingsFaults({ ...(await this.repository.settings()), timeout_wanted, connections_wanted });
  }

  private async compare(): Promise<Fault[]> {
    const report = await this.schema.check();
    const remedy = remedyOf(report) ?? 'None during a rolling upgrade; otherwise upgrade the service';
    return [
      ...faultsOf(report).map((found) => fault(found, remedy)),
      ...warningsOf(report).map((found) => warning(found, remedy)),
    ];
  }
}
