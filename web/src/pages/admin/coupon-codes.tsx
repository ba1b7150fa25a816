import { Page } from '../../ui/page.tsx';

export function CouponCodes() {
  return <Page title="CouponCodes">{null}</Page>;
}
