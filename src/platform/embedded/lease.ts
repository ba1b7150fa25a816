import pg from 'pg';

export type LeaseKind = 'service' | 'tool';

/*
 * Users of the embedded server are recorded in the server itself, as advisory locks of one connection per process.
 * Unlike lock files, they are released when the process ends for any reason. All processes share PRESENCE; only the
 * service holds SERVICE. A process that gets PRESENCE exclusively when it leaves was the last one.
 */
const PRESENCE = 7_401_001;
const SERVICE = 7_401_002;
// ample: the server notices within milliseconds that a process was killed
const SERVICE_WAIT_MS = 1500;
const CONNECT_LIMIT_MS = 30_000;
const RENEW_MS = 1000;

/** Another service runs in the same data folder. The message is its process id. */
export class FolderInUse extends Error {
  override name = 'FolderInUse';
}

/** This process's lease on the embedded server. */
export class Lease {
  private readonly url: string;
  private readonly kind: LeaseKind;
  private readonly log: (message: string) => void;
  private client!: pg.Client;
  private released = false;

  // not a parameter property, because scripts run this file unbuilt, where only erasable TypeScript is allowed
  private constructor(url: string, kind: LeaseKind, log: (message: string) => void) {
    this.url = url;
    this.kind = kind;
    this.log = log;
  }

  /** @throws FolderInUse if `kind` is service and another service uses the folder */
  static async take(url: string, kind: LeaseKind, log: (message: string) => void): Promise<Lease> {
    const lease = new Lease(url, kind, log);
    await lease.connect();
    return lease;
  }

  /** Creates the database if it does not exist. */
  async ensureDatabase(name: string): Promise<void> {
    // one at a time: two processes starting concurrently would both find it missing
    await this.client.query('SELECT pg_advisory_lock($1)::text', [PRESENCE + 2]);
    try {
      const { rowCount } = await this.client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
      if (rowCount === 0) await this.client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
    } finally {
      await this.client.query('SELECT pg_advisory_unlock($1)', [PRESENCE + 2]);
    }
  }

  /** Releases the lease. Returns true if it was the last one; the caller must then stop the server. */
  async release(): Promise<boolean> {
    this.released = true;
    try {
      await this.client.query('SELECT pg_advisory_unlock_shared($1)', [PRESENCE]);
      return await this.tryLock(PRESENCE);
    } catch {
      // the server is down or stopping; stopping it again is harmless
      return true;
    } finally {
      await this.client.end().catch(() => undefined); // already closed
    }
  }

  private async connect(): Promise<void> {
    const application_name = `tollgate ${this.kind} ${String(process.pid)}`;
    const client = new pg.Client({
      connectionString: this.url,
      application_name,
      keepAlive: true,
      connectionTimeoutMillis: CONNECT_LIMIT_MS,
    });
    const onLoss = () => {
      this.renewLater();
    };
    client.on('error', onLoss);
    this.client = client;
    try {
      await client.connect();
      // waits for the lock: a process that holds it exclusively is stopping the server, which closes this connection
      await client.query('SELECT pg_advisory_lock_shared($1)::text', [PRESENCE]);
      if (this.kind === 'service') await this.claimService();
    } catch (error) {
      client.off('error', onLoss).on('error', () => undefined);
      await client.end().catch(() => undefined); // already closed; the first error says why
      throw error;
    }
  }

  private async claimService(): Promise<void> {
    const deadline = Date.now() + SERVICE_WAIT_MS;
    while (!(await this.tryLock(SERVICE))) {
      if (Date.now() > deadline) throw new FolderInUse(await this.holder());
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  private async tryLock(key: number): Promise<boolean> {
    const { rows } = await this.client.query<{ got: boolean }>('SELECT pg_try_advisory_lock($1) AS got', [key]);
    return rows[0]?.got === true;
  }

  private async holder(): Promise<string> {
    const { rows } = await this.client.query<{ application_name: string }>(
      `SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a USING (pid)
       WHERE l.locktype = 'advisory' AND l.objid = $1 AND l.granted`,
      [SERVICE],
    );
    return rows[0]?.application_name.split(' ').at(-1) ?? 'unknown';
  }

  /** Renews the locks: after a crash of one of its processes the server restarts and has lost them. */
  private renewLater(): void {
    if (this.released) return;
    this.log('The connection to the embedded PostgreSQL was lost; reconnecting.');
    setTimeout(() => {
      if (this.released) return;
      this.connect().catch(() => {
        this.renewLater(); // logs
      });
    }, RENEW_MS).unref();
  }
}
