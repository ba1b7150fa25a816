const KEY = 'tollgate.account';

/** @returns the organization that the person acts for in this tab; null for the person's own account */
export const actingFor = (): string | null => sessionStorage.getItem(KEY);

/** Requests are for this account from now on. */
export function actFor(organization: string | null): void {
  if (organization === null) sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, organization);
}

/** Changes the account. The page is loaded again, so that nothing of the other account stays in memory. */
export function switchTo(organization: string | null): void {
  actFor(organization);
  location.assign('/app/');
}
