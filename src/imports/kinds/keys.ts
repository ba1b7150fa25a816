import { Injectable } from '@nestjs/common';
import { openFernet } from '../../openrouter/fernet.js';
import { FernetImport } from '../../openrouter/fernet-import.js';
import { OpenRouterRepository } from '../../openrouter/openrouter.repository.js';
import { InvalidInput } from '../../platform/errors.js';
import { KeyRecord } from '../records.js';
import { each, type Item, type KindImport, type Run, type State } from './kind-import.js';
import { KnownUsers } from './known-users.js';

const CONCURRENCY = 4;

/** Imports users' OpenRouter keys. An existing key is unchanged. */
@Injectable()
export class KeysImport implements KindImport<KeyRecord> {
  readonly dto = KeyRecord;

  constructor(
    private readonly fernet: FernetImport,
    private readonly accounts: OpenRouterRepository,
    private readonly users: KnownUsers,
  ) {}

  assertUsable({ api_key_encrypted }: KeyRecord, { fernet_key }: Run): void {
    if (fernet_key === null || openFernet(fernet_key, api_key_encrypted) !== null) return;
    throw new InvalidInput([{ field: 'api_key_encrypted', message: 'was not made with this Fernet key' }]);
  }

  foresee(items: readonly Item<KeyRecord>[]): Promise<(State | Error)[]> {
    return each(items, CONCURRENCY, async ({ record }) =>
      (await this.accounts.find(record.user_id)) ? 'known' : 'new',
    );
  }

  async take(items: readonly Item<KeyRecord>[], run: Run): Promise<(State | Error)[]> {
    const { actor, fernet_key } = run;
    if (!fernet_key)
      return items.map(() => new InvalidInput([{ field: '--fernet-key-file', message: 'must be given' }]));
    const before = await this.foresee(items);
    const refused = await this.users.open(items, run);
    const usable = items.filter(({ record }) => !refused.has(record.user_id));
    const lines = usable.map(({ record }) => JSON.stringify(record));
    const { faults } = await this.fernet.import(actor, fernet_key, lines, () => undefined);
    const faultOf = new Map(faults.map(({ line, message }) => [usable[line - 1], message]));
    return before.map((state, i) => {
      const error = refused.get(items[i]?.record.user_id ?? '');
      if (error) return error;
      const message = faultOf.get(items[i]);
      return message === undefined || state === 'known' ? state : new InvalidInput([{ field: 'key', message }]);
    });
  }
}
