import { Inject, Injectable } from '@nestjs/common';
import { AuditRepository } from '../audit/audit.repository.js';
import type { PortalSessionRow } from '../generated/rows.js';
import type { Actor, Caller } from '../platform/actor.js';
import { CONFIG, type Config } from '../platform/config/config.js';
import { Database, type Tx } from '../platform/database/database.js';
import { rowId } from '../platform/database/row-id.js';
import { DomainError, NotFound } from '../platform/errors.js';
import { type Page, paginate } from '../platform/database/paging.js';
import { isScope } from '../platform/scopes.js';
import { isTokenOf, makePortalToken, sessionIdOf } from './portal-token.js';
import type { NewPortalSessionView, PortalSessionBody, PortalSessionsQuery } from './portal-sessions.dto.js';
import { PortalSessionsRepository } from './portal-sessions.repository.js';
import { pageOfSession, returnUrlOf } from './portal-urls.js';

const RESOURCE = 'portal_session';

/**
 * Sessions with which a platform sends its users to the dashboard, signed in already. A session acts as its user alone,
 * within its scopes; whether it has ended is looked up for every request, so that it ends immediately everywhere.
 */
@Injectable()
export class PortalSessions {
  constructor(
    private readonly db: Database,
    private readonly sessions: PortalSessionsRepository,
    private readonly audit: AuditRepository,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Creates a session and returns its token, which is stored nowhere.
   * @param origin the origin that the request was sent to; used only outside production and without PUBLIC_URL
   * @throws InvalidInput for a return_url that is not allowed; DomainError unavailable `public_url_not_configured`
   */
  async create(actor: Actor, body: PortalSessionBody, origin: string): Promise<NewPortalSessionView> {
    const { user_id, scopes, expires_in } = body;
    const return_url = returnUrlOf(body.return_url, this.config.dashboard);
    const created_at = new Date();
    const id = rowId(user_id, created_at);
    const { token, token_hash } = makePortalToken(id);
    const url = pageOfSession(token, origin, this.config);
    const expires_at = new Date(created_at.getTime() + expires_in * 1000);
    const session = { id, user_id, token_hash, scopes, return_url, created_by: actor.user_id, expires_at, created_at };
    await this.db.transaction(async (tx) => {
      await this.sessions.create(tx, session);
      await this.record(tx, actor, 'portal_session.create', session);
    });
    return { ...session, token, url };
  }

  /** Returns a page of a user's sessions that have not expired, newest first. @throws InvalidInput for an invalid cursor */
  list({ user_id, ...page }: PortalSessionsQuery): Promise<Page<PortalSessionRow>> {
    return paginate(this.sessions, { user_id }, page);
  }

  /** Ends a session; its token is refused from then on. @throws NotFound if it does not exist or has ended */
  async end(actor: Actor, id: string): Promise<void> {
    await this.db.transaction(async (tx) => {
      const session = await this.sessions.end(tx, id);
      if (!session) throw new NotFound('Portal session');
      await this.record(tx, actor, 'portal_session.revoke', session);
    });
  }

  /** Ends the session that the caller is signed in with. @throws NotFound if the caller signed in another way */
  async endCurrent(actor: Actor): Promise<void> {
    const id = actor.sign_in?.session_id;
    if (id === undefined) throw new NotFound('Portal session');
    await this.end(actor, id);
  }

  /** Ends all sessions of a user whose account is moved or erased. */
  endAll(tx: Tx, user_id: string): Promise<void> {
    return this.sessions.endAll(tx, user_id);
  }

  /** Returns the page that the dashboard links back to; null for none, or if the caller signed in another way. */
  async returnUrlOf({ sign_in }: Pick<Actor, 'sign_in'>): Promise<string | null> {
    if (sign_in?.session_id === undefined) return null;
    return (await this.sessions.find(sign_in.session_id))?.return_url ?? null;
  }

  /**
   * Returns the caller that a token stands for: its user in the role `user`, with the scopes of the session.
   * @throws DomainError unauthenticated `invalid_token` or `token_expired`
   */
  async callerOf(token: string): Promise<Caller> {
    const id = sessionIdOf(token);
    const session = id === null ? null : await this.sessions.find(id);
    if (!session || !isTokenOf(token, session.token_hash)) {
      throw refusal('invalid_token', 'The portal session does not exist or has ended. Open the dashboard again.');
    }
    const { user_id, expires_at } = session;
    if (expires_at.getTime() <= Date.now()) {
      throw refusal('token_expired', 'The portal session has expired. Open the dashboard again.');
    }
    const sign_in = { method: 'portal_session' as const, expires_at, session_id: session.id };
    return { user_id, roles: ['user'], scopes: session.scopes.filter(isScope), sign_in };
  }

  private record(tx: Tx, actor: Actor, action: string, session: PortalSessionRow): Promise<void> {
    const { user_id, id, scopes, expires_at } = session;
    const metadata = { scopes, expires_at: expires_at.toISOString() };
    return this.audit.record(tx, actor, { user_id, action, resource_type: RESOURCE, resource_id: id, metadata });
  }
}

const refusal = (code: string, message: string): DomainError => new DomainError('unauthenticated', code, message);
