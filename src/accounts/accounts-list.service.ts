import { Injectable } from '@nestjs/common';
import { balanceView } from '../credits/accounts/accounts.service.js';
import type { Page } from '../platform/http/page.js';
import { InvalidInput } from '../platform/errors.js';
import type { AccountsQuery, ListedAccountView } from './accounts-list.dto.js';
import { type AccountPosition, AccountsListRepository } from './accounts-list.repository.js';

/**
 * Lists accounts for administrators. The list does not book due renewals and expiries; reading a single account does.
 */
@Injectable()
export class AccountsListService {
  constructor(private readonly repository: AccountsListRepository) {}

  /** Returns a page of accounts. @throws InvalidInput if the cursor is invalid */
  async list({ limit, cursor, count, sort, ...filter }: AccountsQuery): Promise<Page<ListedAccountView>> {
    const after = cursor === undefined ? null : positionOf(cursor);
    const [rows, total] = await Promise.all([
      this.repository.list(filter, sort, limit, after),
      count ? this.repository.count(filter) : null,
    ]);
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    return {
      items: items.map((row) => ({ ...balanceView(row), ...row })),
      next_cursor: rows.length > limit && last ? cursorOf({ user_id: last.user_id, last_updated: last.at }) : null,
      total,
    };
  }
}

const cursorOf = ({ user_id, last_updated }: AccountPosition): string =>
  Buffer.from(JSON.stringify([last_updated, user_id])).toString('base64url');

const INSTANT = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?\+00$/;

function positionOf(cursor: string): AccountPosition {
  try {
    const [last_updated, user_id] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown[];
    if (typeof last_updated === 'string' && INSTANT.test(last_updated) && typeof user_id === 'string') {
      const position = { last_updated, user_id };
      if (cursorOf(position) === cursor) return position;
    }
  } catch {
    // reported below
  }
  throw new InvalidInput([{ field: 'cursor', message: 'is not a valid cursor' }]);
}
