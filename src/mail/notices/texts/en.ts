import type { BudgetFacts } from '../kinds.js';
import type { Format } from '../format.js';
import { quoted } from '../quoted.js';
import type { Texts } from './texts.js';

const UNITS = { credits: 'credits', calls: 'calls', tokens: 'tokens' };

const inUnit = (text: string, { unit }: BudgetFacts, f: Format): string =>
  `${unit === 'credits' ? f.amount(text) : f.count(text)} ${UNITS[unit]}`;

const nameOf = ({ subject }: BudgetFacts): string => (subject === null ? 'your account' : `“${quoted(subject)}”`);

const budgetFacts = (facts: BudgetFacts, f: Format) => [
  { label: 'Used', value: inUnit(facts.used, facts, f) },
  { label: 'Limit', value: inUnit(facts.limit, facts, f) },
  ...(facts.resets_at === null ? [] : [{ label: 'Starts again', value: f.time(facts.resets_at) }]),
];

/** The English texts. */
export const EN: Texts = {
  notices: {
    welcome: ({ available }, f) => ({
      title: 'Welcome',
      paragraphs: [
        available === null
          ? 'Your account is open.'
          : `Your account is open, with ${f.amount(available)} credits to start with.`,
        'The dashboard shows what you have, what you use and what it costs. You can create API keys and set budgets there.',
      ],
      facts: [],
      action: { label: 'Open the dashboard', path: '' },
    }),
    verify_address: ({ expires_at }, f) => ({
      title: 'Confirm your e-mail address',
      paragraphs: [
        'Somebody, probably you, wants notifications about an account to be sent to this address. Confirm it with the button.',
        `The button works once, until ${f.time(expires_at)}. If this was not you, ignore this mail: nothing is sent to this address then.`,
      ],
      facts: [],
      action: { label: 'Confirm address', path: 'confirm-address' },
    }),
    low_balance: ({ available, threshold }, f) => ({
      title: 'Your credits are running low',
      paragraphs: [
        `You have ${f.amount(available)} credits left. When they are used up, paid calls are refused until you add more.`,
      ],
      facts: [
        { label: 'Available', value: `${f.amount(available)} credits` },
        ...(threshold === null ? [] : [{ label: 'Warning below', value: `${f.amount(threshold)} credits` }]),
      ],
      action: { label: 'Buy credits', path: 'billing' },
    }),
    exhausted: ({ resets_at }, f) => ({
      title: 'Your credits are used up',
      paragraphs: [
        'Paid calls are refused until you add credits. Work that has already begun is finished and charged.',
        ...(resets_at === null ? [] : [`Your plan renews on ${f.date(resets_at)}.`]),
      ],
      facts: [],
      action: { label: 'Buy credits', path: 'billing' },
    }),
    recovered: ({ available }, f) => ({
      title: 'You have credits again',
      paragraphs: [`${f.amount(available)} credits are available. Paid calls work as usual.`],
      facts: [],
      action: null,
    }),
    credits_expiring: ({ amount, expires_at }, f) => ({
      title: `${f.amount(amount)} credits expire soon`,
      paragraphs: [`They can be used until ${f.time(expires_at)}. What is left of them then is lost.`],
      facts: [
        { label: 'Credits', value: f.amount(amount) },
        { label: 'Expire', value: f.time(expires_at) },
      ],
      action: { label: 'See your credits', path: '' },
    }),
    coupon_expiring: ({ code, expires_at }, f) => ({
      title: `Your coupon ${quoted(code)} expires soon`,
      paragraphs: [`It is good until ${f.time(expires_at)}.`],
      facts: [
        { label: 'Code', value: quoted(code) },
        { label: 'Expires', value: f.time(expires_at) },
      ],
      action: { label: 'Use the coupon', path: 'coupons' },
    }),
    monthly_report: (facts, f) => ({
      title: `Your usage in ${f.month(facts.month)}`,
      paragraphs: [
        `You spent ${f.amount(facts.spent)} credits in ${f.month(facts.month)}. In the month before, you spent ${f.amount(facts.spent_before)}.`,
      ],
      facts: [
        { label: 'Spent', value: `${f.amount(facts.spent)} credits` },
        { label: 'Requests', value: f.count(facts.requests) },
        { label: 'Tokens', value: f.count(facts.tokens) },
        ...facts.top.map(({ name, spent }) => ({ label: quoted(name), value: `${f.amount(spent)} credits` })),
      ],
      action: { label: 'See the details', path: 'usage' },
    }),
    plan_renewed: ({ plan, credits, until }, f) => ({
      title: `Your plan ${quoted(plan)} was renewed`,
      paragraphs: [
        `You have ${f.amount(credits)} new credits${until === null ? '' : ` for the period until ${f.date(until)}`}.`,
      ],
      facts: [],
      action: { label: 'See your plan', path: 'billing' },
    }),
    plan_changed: ({ plan, before }) => ({
      title: `Your plan is now ${quoted(plan)}`,
      paragraphs: [
        before === null
          ? `Your account has the plan ${quoted(plan)}.`
          : `Your account changed from ${quoted(before)} to ${quoted(plan)}.`,
      ],
      facts: [],
      action: { label: 'See your plan', path: 'billing' },
    }),
    payment_failed: ({ amount, currency, reason }, f) => ({
      title: 'A payment failed',
      paragraphs: [
        amount === null || currency === null
          ? 'A payment was not accepted, and nothing was charged.'
          : `The payment of ${f.money(amount, currency)} was not accepted, and nothing was charged.`,
        'Check your payment method, so that your plan and your credits continue.',
      ],
      facts: reason === null ? [] : [{ label: 'Reason', value: quoted(reason) }],
      action: { label: 'Check payments', path: 'billing' },
    }),
    topup_stopped: ({ reason }) => ({
      title: 'The automatic top-up has stopped',
      paragraphs: [
        'No more credits are bought automatically. Check your card and save the settings of the top-up again to continue.',
      ],
      facts: reason === null ? [] : [{ label: 'Reason', value: quoted(reason) }],
      action: { label: 'Open the top-up', path: 'billing' },
    }),
    budget_threshold: (facts, f) => ({
      title: `${f.count(facts.threshold)} % of the budget for ${nameOf(facts)} is used`,
      paragraphs: [`${inUnit(facts.used, facts, f)} of ${inUnit(facts.limit, facts, f)} are used.`],
      facts: budgetFacts(facts, f),
      action: { label: 'See your budgets', path: 'budgets' },
    }),
    budget_exceeded: (facts, f) => ({
      title: `The budget for ${nameOf(facts)} is used up`,
      paragraphs: ['If the budget blocks, further work is refused until it starts again or you raise it.'],
      facts: budgetFacts(facts, f),
      action: { label: 'See your budgets', path: 'budgets' },
    }),
    key_paused: ({ name, reason }) => ({
      title: `Your API key ${quoted(name)} is paused`,
      paragraphs: [
        'Calls with this key are refused until you resume it. If you do not know why it was used, create a new key and remove this one.',
      ],
      facts: reason === null ? [] : [{ label: 'Reason', value: quoted(reason) }],
      action: { label: 'Check your keys', path: 'keys' },
    }),
    key_expiring: ({ name, expires_at }, f) => ({
      title: `Your API key ${quoted(name)} expires soon`,
      paragraphs: [
        `It works until ${f.time(expires_at)}. Set a later expiry, or create a new key and use it instead, so that your calls go on.`,
      ],
      facts: [
        { label: 'Key', value: quoted(name) },
        { label: 'Expires', value: f.time(expires_at) },
      ],
      action: { label: 'See your keys', path: 'keys' },
    }),
    own_key_invalid: ({ hint }) => ({
      title: 'Your OpenRouter key no longer works',
      paragraphs: [
        'OpenRouter refuses your own key. Your calls use credits of your account instead until you store a key that works.',
      ],
      facts: hint === null ? [] : [{ label: 'Key', value: quoted(hint) }],
      action: { label: 'Replace the key', path: 'own-key' },
    }),
    invitation: ({ organization, invited_by, role, expires_at }, f) => ({
      title: `Invitation to ${quoted(organization)}`,
      paragraphs: [
        invited_by === null
          ? `You are invited to use the account of ${quoted(organization)}.`
          : `${quoted(invited_by)} invites you to use the account of ${quoted(organization)}.`,
        `The invitation is good until ${f.time(expires_at)}. If you do not expect it, ignore this mail.`,
      ],
      facts: [{ label: 'Role', value: quoted(role) }],
      action: { label: 'See the invitation', path: 'invitation' },
    }),
  },
  frame: {
    why: (brand) => `You get this mail because you have an account at ${brand}.`,
    entered: (brand) => `You get this mail because somebody entered your address at ${brand}.`,
    unsubscribe: 'Unsubscribe from mails of this kind',
    preferences: 'Choose what you are told',
    help: 'Help',
    chart: 'Credits spent on each day',
  },
  unsubscribed: {
    question: 'Do you want no more mails of this kind?',
    button: 'Unsubscribe',
    done: 'You get no more mails of this kind. You can switch them on again in the settings of your account.',
    invalid: 'This link is not valid. Switch mails off in the settings of your account.',
  },
  kinds: {
    welcome: 'Welcome',
    verify_address: 'Confirmation of an address',
    low_balance: 'Credits running low',
    exhausted: 'Credits used up',
    recovered: 'Credits available again',
    credits_expiring: 'Credits about to expire',
    coupon_expiring: 'Coupons about to expire',
    monthly_report: 'Monthly report',
    plan_renewed: 'Plan renewed',
    plan_changed: 'Plan changed',
    payment_failed: 'Failed payments',
    topup_stopped: 'Automatic top-up stopped',
    budget_threshold: 'Budgets that are nearly used up',
    budget_exceeded: 'Budgets that are used up',
    key_paused: 'Paused API keys',
    key_expiring: 'API keys about to expire',
    own_key_invalid: 'Own OpenRouter key no longer works',
    invitation: 'Invitations',
  },
};
