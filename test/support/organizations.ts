import { SignJWT } from 'jose';
import { randomUUID } from 'node:crypto';
import { CONFIG, type Config } from '../../src/platform/config/config.js';
import { TEST_SECRET } from './app.js';
import type { Json, JsonAnswer, TestEnv } from './factories.js';

/** An organization with its owner, and calls as its members. */
export class TestOrganization {
  private constructor(
    readonly w: TestEnv,
    readonly id: string,
    readonly owner: string,
  ) {}

  /** Opens an organization with `credits` and room for 100 members. */
  static async open(w: TestEnv, credits = '100'): Promise<TestOrganization> {
    const owner = await w.open(`owner-${randomUUID()}`);
    const { id } = await w.done('organizations', { name: 'Acme' }, { token: await w.as(owner) });
    const organization = new TestOrganization(w, id as string, owner);
    await organization.patch('', { seats: 100 }, w.admin);
    if (credits !== '0') await w.bonus(organization.id, credits);
    return organization;
  }

  /** Adds a person. @returns its id */
  async member(body: object = {}): Promise<string> {
    const user_id = await this.w.open(`member-${randomUUID()}`);
    await this.w.done(`organizations/${this.id}/members`, { role: 'member', ...body, user_id });
    return user_id;
  }

  /** A member without credits of its own. */
  async poorMember(body: object = {}): Promise<string> {
    const user_id = await this.member(body);
    await this.w.deduct(user_id, '5', { account: undefined });
    return user_id;
  }

  async patch(path: string, body: object, token: string): Promise<JsonAnswer> {
    return (await this.w.t.call(`organizations/${this.id}${path}`, { method: 'PATCH', token, body })) as JsonAnswer;
  }

  async remove(member: string, token?: string): Promise<number> {
    const by = token ?? (await this.w.as(this.owner));
    return (await this.w.t.call(`organizations/${this.id}/members/${member}`, { method: 'DELETE', token: by })).status;
  }

  /** Sends a request for the organization as one of its members. */
  async as(
    user_id: string,
    path: string,
    call: { method?: 'GET' | 'POST' | 'PATCH' | 'DELETE'; body?: object; query?: Record<string, string> } = {},
  ) {
    const token = await this.w.as(user_id);
    return (await this.w.t.call(path, { ...call, token, headers: { 'x-tollgate-account': this.id } })) as JsonAnswer;
  }

  /** Invites an address as the owner. */
  async invite(email: string, body: object = {}): Promise<Json & { id: string; token: string }> {
    const token = await this.w.as(this.owner);
    const made = await this.w.done(
      `organizations/${this.id}/invitations`,
      { role: 'member', ...body, email },
      { token },
    );
    return { ...made, id: made.id as string, token: tokenOf(made) };
  }
}

/** Returns the token in the link of an invitation. */
export const tokenOf = ({ url }: Json): string => (url as string).split('token=')[1] ?? '';

/** Signs a token of the identity provider with an address. */
export function signInWith(w: TestEnv, user_id: string, email: string, email_verified = true): Promise<string> {
  const { issuer, audience } = w.t.app.get<Config>(CONFIG).auth;
  return new SignJWT({ email, email_verified, roles: ['user'] })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(user_id)
    .setIssuer(issuer)
    .setAudience(audience)
    .setIssuedAt()
    .setExpirationTime('10m')
    .sign(new TextEncoder().encode(TEST_SECRET));
}
