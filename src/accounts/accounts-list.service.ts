import { Injectable } from '@nestjs/common';
import { balanceView } from '../credits/accounts/accounts.service.js';
import { type CursorFormat, invalidCursor, mapPage, type Page, paginateBy } from '../platform/database/paging.js';
import type { AccountsQuery, ListedAccountView } from './accounts-list.dto.js';
import { type AccountPosition, AccountsListRepository, type ListedAccount } from './accounts-list.repository.js';

/**
 * Lists accounts for administrators. The list does not book due renewals and expiries; reading a single account does.
 */
@Injectable()
export class AccountsListService {
  constructor(private readonly repository: AccountsListRepository) {}

  /** Returns a page of accounts. @throws InvalidInput if the cursor is invalid */
  async list(query: AccountsQuery): Promise<Page<ListedAccountView>> {
    const page = await paginateBy(POSITION, this.repository, query, query);
    return mapPage(page, (row) => ({ ...balanceView(row), ...row }));
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
  throw invalidCursor();
}

const POSITION: CursorFormat<ListedAccount, AccountPosition> = {
  encode: ({ user_id, at }) => cursorOf({ user_id, last_updated: at }),
  decode: positionOf,
};
