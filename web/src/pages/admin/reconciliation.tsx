import { Page } from '../../ui/page.tsx';

export function Reconciliation() {
  return <Page title="Reconciliation">{null}</Page>;
}
