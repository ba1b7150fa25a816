import { createRootRoute, createRoute, lazyRouteComponent, Outlet } from '@tanstack/react-router';
import { textsIn } from './lib/search.ts';
import { NotFound } from './ui/states.tsx';

/** The root of all routes. */
export const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: textsIn('then'),
  component: lazyRouteComponent(() => import('./pages/sign-in.tsx'), 'SignIn'),
});
const signedIn = createRoute({
  getParentRoute: () => root,
  path: '/signed-in',
  component: lazyRouteComponent(() => import('./pages/sign-in.tsx'), 'SignedIn'),
});
const portal = createRoute({
  getParentRoute: () => root,
  path: '/portal',
  component: lazyRouteComponent(() => import('./pages/sign-in.tsx'), 'Portal'),
});

const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invitation',
  component: lazyRouteComponent(() => import('./pages/invitation.tsx'), 'Invitation'),
});
const confirmAddress = createRoute({
  getParentRoute: () => root,
  path: '/confirm-address',
  component: lazyRouteComponent(() => import('./pages/confirm-address.tsx'), 'ConfirmAddress'),
});

/** Pages that need no session. */
export const publicPages = [signIn, signedIn, portal, invitation, confirmAddress] as const;
