import { ApiProperty, PickType } from '@nestjs/swagger';
import { CreditPackageRow, PaymentRow } from '../generated/rows.js';
import { figure, type Units, units } from '../platform/values/amount.js';
import { CheckoutBody } from '../payments/payments.dto.js';
import { IsText } from '../platform/values/wire-decorators.js';

/** A package for sale. */
export class KeptPackageView extends PickType(CreditPackageRow, ['package_code', 'description', 'is_active'] as const) {
  @ApiProperty({ description: 'The same as `package_code`.', example: 'credits-50' })
  id!: string;

  @ApiProperty({ description: 'Name of the package.', example: '50 credits' })
  package_name!: string;

  @ApiProperty({ description: 'Credits in the package, as a number for display.', type: 'number', example: 50 })
  credits!: number;

  @ApiProperty({ description: 'Price, USD, as a number for display.', type: 'number', example: 45 })
  price_usd!: number;

  @ApiProperty({
    description: 'Always 0. The price includes any reduction, and an account discount is deducted at checkout.',
    type: 'number',
    example: 0,
  })
  discount_percentage!: number;
}

/** A package to buy. */
export class KeptPurchaseBody extends PickType(CheckoutBody, ['user_id'] as const) {
  @ApiProperty({ description: 'Package to buy.', minLength: 1, maxLength: 64, example: 'credits-50' })
  @IsText({ min_length: 1, max_length: 64 })
  package_code!: string;
}

/** The checkout page of a purchase. */
export class KeptPurchaseView extends PickType(PaymentRow, ['checkout_url'] as const) {
  @ApiProperty({ description: 'Id of the payment.', type: 'string', format: 'uuid' })
  session_id!: string;
}

export const PURCHASE_STATUSES = ['pending', 'completed', 'refunded', 'failed'] as const;
export type PurchaseStatus = (typeof PURCHASE_STATUSES)[number];

/** A payment of the account. */
export class KeptPurchasedView extends PickType(PaymentRow, ['id', 'created_at'] as const) {
  @ApiProperty({ description: 'Name of the purchased package or plan.', example: '50 credits' })
  package_name!: string;

  @ApiProperty({ description: 'Credits of the payment, as a number for display.', type: 'number', example: 50 })
  amount_credits!: number;

  @ApiProperty({ description: 'Amount paid, as a number for display.', type: 'number', example: 45 })
  amount_paid!: number;

  @ApiProperty({ description: 'State of the payment.', enum: PURCHASE_STATUSES })
  status!: PurchaseStatus;

  @ApiProperty({ description: 'When the payment was received.', type: 'string', format: 'date-time', nullable: true })
  completed_at!: Date | null;
}

/** Returns a package as earlier clients read it. */
export const packageOf = (offer: CreditPackageRow): KeptPackageView => ({
  ...offer,
  id: offer.package_code,
  package_name: offer.name,
  credits: figure(units(offer.credits)),
  price_usd: figure(units(offer.price)),
  discount_percentage: 0,
});

/** Returns a payment as earlier clients read it. `names` maps package codes to names. */
export const purchaseOf = (payment: PaymentRow, names: ReadonlyMap<string, string>): KeptPurchasedView => ({
  ...payment,
  package_name: payment.package_code === null ? `${payment.tier ?? ''} plan` : nameOf(payment.package_code, names),
  amount_credits: figure(units(payment.credits)),
  amount_paid: figure(paidFor(payment)),
  status: statusOf(payment),
  completed_at: payment.paid_at,
});

/** Returns a package's name, or its code if the package was deleted. */
const nameOf = (code: string, names: ReadonlyMap<string, string>): string => names.get(code) ?? code;

const paidFor = ({ settled, amount }: PaymentRow): Units => units(settled ?? amount);

function statusOf(payment: PaymentRow): PurchaseStatus {
  const paid = paidFor(payment);
  switch (payment.status) {
    case 'paid':
      return paid > 0n && units(payment.refunded) >= paid ? 'refunded' : 'completed';
    case 'open':
    case 'processing':
    case 'held':
      return 'pending';
    case 'failed':
    case 'expired':
    case 'refused':
      return 'failed';
  }
}
