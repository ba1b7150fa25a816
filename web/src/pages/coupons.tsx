import { Page } from '../ui/page.tsx';

export function Coupons() {
  return <Page title="Coupons">{null}</Page>;
}
