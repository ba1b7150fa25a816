import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, bodyOf, pageOf } from './client.ts';
import { cursorPage, pages } from './paging.ts';
import type {
  AcceptInvitationBody,
  CostCenterBody,
  InvitationBody,
  MemberChanges,
  OrganizationBody,
} from './schema.gen.ts';

const at = (id: string) => ({ params: { path: { id } } });

export const organization = (id: string) =>
  queryOptions({
    queryKey: ['organization', id],
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/organizations/{id}', { ...at(id), signal })),
  });

export const createOrganization = (body: OrganizationBody) => bodyOf(api.POST('/api/v1/organizations', { body }));

/** The members with their limits, oldest first. */
export const members = (id: string) =>
  queryOptions({
    queryKey: ['members', id],
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/organizations/{id}/members', { ...at(id), signal })),
  });

const member = (id: string, member_id: string) => ({ params: { path: { id, member_id } } });

export const changeMember = (id: string, member_id: string, body: MemberChanges) =>
  bodyOf(api.PATCH('/api/v1/organizations/{id}/members/{member_id}', { ...member(id, member_id), body }));

export const removeMember = (id: string, member_id: string) =>
  bodyOf(api.DELETE('/api/v1/organizations/{id}/members/{member_id}', member(id, member_id)));

/** Invitations, newest first. */
export const invitations = (id: string) =>
  infiniteQueryOptions({
    ...pages,
    queryKey: ['invitations', id],
    queryFn: ({ pageParam, signal }) => {
      const params = { path: { id }, query: cursorPage(pageParam) };
      return pageOf(api.GET('/api/v1/organizations/{id}/invitations', { params, signal }));
    },
  });

const invitation = (id: string, invitation_id: string) => ({ params: { path: { id, invitation_id } } });

export const invite = (id: string, body: InvitationBody) =>
  bodyOf(api.POST('/api/v1/organizations/{id}/invitations', { ...at(id), body }));

export const resendInvitation = (id: string, invitation_id: string) =>
  bodyOf(api.POST('/api/v1/organizations/{id}/invitations/{invitation_id}/resend', invitation(id, invitation_id)));

export const revokeInvitation = (id: string, invitation_id: string) =>
  bodyOf(api.DELETE('/api/v1/organizations/{id}/invitations/{invitation_id}', invitation(id, invitation_id)));

/** What the link of an invitation offers. */
export const offer = (token: string) =>
  queryOptions({
    queryKey: ['offer', token],
    queryFn: ({ signal }) => bodyOf(api.POST('/api/v1/invitations/offer', { body: { token }, signal })),
  });

export const acceptInvitation = (body: AcceptInvitationBody) =>
  bodyOf(api.POST('/api/v1/invitations/accept', { body }));

export const costCenters = (id: string) =>
  queryOptions({
    queryKey: ['cost-centers', id],
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/organizations/{id}/cost-centers', { ...at(id), signal })),
  });

export const createCostCenter = (id: string, body: CostCenterBody) =>
  bodyOf(api.POST('/api/v1/organizations/{id}/cost-centers', { ...at(id), body }));

export const removeCostCenter = (id: string, code: string) =>
  bodyOf(api.DELETE('/api/v1/organizations/{id}/cost-centers/{code}', { params: { path: { id, code } } }));
