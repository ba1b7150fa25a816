import type { BudgetFacts } from '../kinds.js';
import type { Format } from '../format.js';
import { quoted } from '../quoted.js';
import type { Texts } from './texts.js';

const UNITS = { credits: 'Credits', calls: 'Aufrufe', tokens: 'Tokens' };

const inUnit = (text: string, { unit }: BudgetFacts, f: Format): string =>
  `${unit === 'credits' ? f.amount(text) : f.count(text)} ${UNITS[unit]}`;

const nameOf = ({ subject }: BudgetFacts): string => (subject === null ? 'Ihr Konto' : `„${quoted(subject)}“`);

const budgetFacts = (facts: BudgetFacts, f: Format) => [
  { label: 'Verbraucht', value: inUnit(facts.used, facts, f) },
  { label: 'Grenze', value: inUnit(facts.limit, facts, f) },
  ...(facts.resets_at === null ? [] : [{ label: 'Beginnt neu', value: f.time(facts.resets_at) }]),
];

/** The German texts. */
export const DE: Texts = {
  notices: {
    welcome: ({ available }, f) => ({
      title: 'Willkommen',
      paragraphs: [
        available === null
          ? 'Ihr Konto ist eröffnet.'
          : `Ihr Konto ist eröffnet. Sie beginnen mit ${f.amount(available)} Credits.`,
        'Das Dashboard zeigt, was Sie haben, was Sie verbrauchen und was es kostet. Dort legen Sie auch API-Schlüssel und Budgets an.',
      ],
      facts: [],
      action: { label: 'Dashboard öffnen', path: '' },
    }),
    verify_address: ({ expires_at }, f) => ({
      title: 'Bestätigen Sie Ihre E-Mail-Adresse',
      paragraphs: [
        'Jemand, vermutlich Sie, möchte Benachrichtigungen über ein Konto an diese Adresse bekommen. Bestätigen Sie sie mit der Schaltfläche.',
        `Die Schaltfläche gilt einmal, bis ${f.time(expires_at)}. Wenn Sie das nicht waren, ignorieren Sie diese Mail: Dann wird nichts an diese Adresse gesendet.`,
      ],
      facts: [],
      action: { label: 'Adresse bestätigen', path: 'confirm-address' },
    }),
    low_balance: ({ available, threshold }, f) => ({
      title: 'Ihre Credits gehen zur Neige',
      paragraphs: [
        `Sie haben noch ${f.amount(available)} Credits. Wenn sie aufgebraucht sind, werden kostenpflichtige Aufrufe abgelehnt, bis neue dazukommen.`,
      ],
      facts: [
        { label: 'Verfügbar', value: `${f.amount(available)} Credits` },
        ...(threshold === null ? [] : [{ label: 'Warnung unter', value: `${f.amount(threshold)} Credits` }]),
      ],
      action: { label: 'Credits kaufen', path: 'billing' },
    }),
    exhausted: ({ resets_at }, f) => ({
      title: 'Ihre Credits sind aufgebraucht',
      paragraphs: [
        'Kostenpflichtige Aufrufe werden abgelehnt, bis neue Credits dazukommen. Begonnene Arbeit wird beendet und abgerechnet.',
        ...(resets_at === null ? [] : [`Ihr Tarif verlängert sich am ${f.date(resets_at)}.`]),
      ],
      facts: [],
      action: { label: 'Credits kaufen', path: 'billing' },
    }),
    recovered: ({ available }, f) => ({
      title: 'Sie haben wieder Credits',
      paragraphs: [`${f.amount(available)} Credits sind verfügbar. Kostenpflichtige Aufrufe gehen wie gewohnt.`],
      facts: [],
      action: null,
    }),
    credits_expiring: ({ amount, expires_at }, f) => ({
      title: `${f.amount(amount)} Credits verfallen bald`,
      paragraphs: [`Sie können sie bis ${f.time(expires_at)} verwenden. Was dann davon übrig ist, verfällt.`],
      facts: [
        { label: 'Credits', value: f.amount(amount) },
        { label: 'Verfallen', value: f.time(expires_at) },
      ],
      action: { label: 'Credits ansehen', path: '' },
    }),
    coupon_expiring: ({ code, expires_at }, f) => ({
      title: `Ihr Gutschein ${quoted(code)} läuft bald ab`,
      paragraphs: [`Er gilt bis ${f.time(expires_at)}.`],
      facts: [
        { label: 'Code', value: quoted(code) },
        { label: 'Gültig bis', value: f.time(expires_at) },
      ],
      action: { label: 'Gutschein verwenden', path: 'coupons' },
    }),
    monthly_report: (facts, f) => ({
      title: `Ihr Verbrauch im ${f.month(facts.month)}`,
      paragraphs: [
        `Im ${f.month(facts.month)} haben Sie ${f.amount(facts.spent)} Credits verbraucht. Im Monat davor waren es ${f.amount(facts.spent_before)}.`,
      ],
      facts: [
        { label: 'Verbraucht', value: `${f.amount(facts.spent)} Credits` },
        { label: 'Anfragen', value: f.count(facts.requests) },
        { label: 'Tokens', value: f.count(facts.tokens) },
        ...facts.top.map(({ name, spent }) => ({ label: quoted(name), value: `${f.amount(spent)} Credits` })),
      ],
      action: { label: 'Einzelheiten ansehen', path: 'usage' },
    }),
    plan_renewed: ({ plan, credits, until }, f) => ({
      title: `Ihr Tarif ${quoted(plan)} wurde verlängert`,
      paragraphs: [
        `Sie haben ${f.amount(credits)} neue Credits${until === null ? '' : ` für die Zeit bis ${f.date(until)}`}.`,
      ],
      facts: [],
      action: { label: 'Tarif ansehen', path: 'billing' },
    }),
    plan_changed: ({ plan, before }) => ({
      title: `Ihr Tarif ist jetzt ${quoted(plan)}`,
      paragraphs: [
        before === null
          ? `Ihr Konto hat den Tarif ${quoted(plan)}.`
          : `Ihr Konto wechselte von ${quoted(before)} zu ${quoted(plan)}.`,
      ],
      facts: [],
      action: { label: 'Tarif ansehen', path: 'billing' },
    }),
    payment_failed: ({ amount, currency, reason }, f) => ({
      title: 'Eine Zahlung ist fehlgeschlagen',
      paragraphs: [
        amount === null || currency === null
          ? 'Eine Zahlung wurde nicht angenommen, und es wurde nichts abgebucht.'
          : `Die Zahlung von ${f.money(amount, currency)} wurde nicht angenommen, und es wurde nichts abgebucht.`,
        'Prüfen Sie Ihre Zahlungsart, damit Ihr Tarif und Ihre Credits weiterlaufen.',
      ],
      facts: reason === null ? [] : [{ label: 'Grund', value: quoted(reason) }],
      action: { label: 'Zahlungen prüfen', path: 'billing' },
    }),
    topup_stopped: ({ reason }) => ({
      title: 'Die automatische Aufladung wurde angehalten',
      paragraphs: [
        'Es werden keine Credits mehr automatisch gekauft. Prüfen Sie Ihre Karte und speichern Sie die Einstellungen der Aufladung noch einmal, um fortzufahren.',
      ],
      facts: reason === null ? [] : [{ label: 'Grund', value: quoted(reason) }],
      action: { label: 'Aufladung öffnen', path: 'billing' },
    }),
    budget_threshold: (facts, f) => ({
      title: `${f.count(facts.threshold)} % des Budgets für ${nameOf(facts)} sind verbraucht`,
      paragraphs: [`${inUnit(facts.used, facts, f)} von ${inUnit(facts.limit, facts, f)} sind verbraucht.`],
      facts: budgetFacts(facts, f),
      action: { label: 'Budgets ansehen', path: 'budgets' },
    }),
    budget_exceeded: (facts, f) => ({
      title: `Das Budget für ${nameOf(facts)} ist aufgebraucht`,
      paragraphs: ['Wenn das Budget sperrt, wird weitere Arbeit abgelehnt, bis es neu beginnt oder Sie es erhöhen.'],
      facts: budgetFacts(facts, f),
      action: { label: 'Budgets ansehen', path: 'budgets' },
    }),
    key_paused: ({ name, reason }) => ({
      title: `Ihr API-Schlüssel ${quoted(name)} ist angehalten`,
      paragraphs: [
        'Aufrufe mit diesem Schlüssel werden abgelehnt, bis Sie ihn fortsetzen. Wenn Sie nicht wissen, warum er benutzt wurde, legen Sie einen neuen an und entfernen Sie diesen.',
      ],
      facts: reason === null ? [] : [{ label: 'Grund', value: quoted(reason) }],
      action: { label: 'Schlüssel prüfen', path: 'keys' },
    }),
    key_expiring: ({ name, expires_at }, f) => ({
      title: `Ihr API-Schlüssel ${quoted(name)} läuft bald ab`,
      paragraphs: [
        `Er gilt bis ${f.time(expires_at)}. Setzen Sie einen späteren Ablauf, oder legen Sie einen neuen Schlüssel an und benutzen Sie diesen, damit Ihre Aufrufe weiterlaufen.`,
      ],
      facts: [
        { label: 'Schlüssel', value: quoted(name) },
        { label: 'Läuft ab', value: f.time(expires_at) },
      ],
      action: { label: 'Schlüssel ansehen', path: 'keys' },
    }),
    own_key_invalid: ({ hint }) => ({
      title: 'Ihr OpenRouter-Schlüssel funktioniert nicht mehr',
      paragraphs: [
        'OpenRouter lehnt Ihren eigenen Schlüssel ab. Ihre Aufrufe verbrauchen stattdessen Credits Ihres Kontos, bis Sie einen gültigen Schlüssel hinterlegen.',
      ],
      facts: hint === null ? [] : [{ label: 'Schlüssel', value: quoted(hint) }],
      action: { label: 'Schlüssel ersetzen', path: 'own-key' },
    }),
    invitation: ({ organization, invited_by, role, expires_at }, f) => ({
      title: `Einladung zu ${quoted(organization)}`,
      paragraphs: [
        invited_by === null
          ? `Sie sind eingeladen, das Konto von ${quoted(organization)} zu verwenden.`
          : `${quoted(invited_by)} lädt Sie ein, das Konto von ${quoted(organization)} zu verwenden.`,
        `Die Einladung gilt bis ${f.time(expires_at)}. Wenn Sie sie nicht erwarten, ignorieren Sie diese Mail.`,
      ],
      facts: [{ label: 'Rolle', value: quoted(role) }],
      action: { label: 'Einladung ansehen', path: 'invitation' },
    }),
  },
  frame: {
    why: (brand) => `Sie bekommen diese Mail, weil Sie ein Konto bei ${brand} haben.`,
    entered: (brand) => `Sie bekommen diese Mail, weil jemand Ihre Adresse bei ${brand} eingegeben hat.`,
    unsubscribe: 'Mails dieser Art abbestellen',
    preferences: 'Auswählen, was Sie erfahren',
    help: 'Hilfe',
    chart: 'Verbrauchte Credits an jedem Tag',
  },
  unsubscribed: {
    question: 'Möchten Sie keine Mails dieser Art mehr bekommen?',
    button: 'Abbestellen',
    done: 'Sie bekommen keine Mails dieser Art mehr. In den Einstellungen Ihres Kontos können Sie sie wieder einschalten.',
    invalid: 'Dieser Link ist nicht gültig. Schalten Sie Mails in den Einstellungen Ihres Kontos aus.',
  },
  kinds: {
    welcome: 'Willkommen',
    verify_address: 'Bestätigung einer Adresse',
    low_balance: 'Credits gehen zur Neige',
    exhausted: 'Credits aufgebraucht',
    recovered: 'Wieder Credits verfügbar',
    credits_expiring: 'Credits, die bald verfallen',
    coupon_expiring: 'Gutscheine, die bald ablaufen',
    monthly_report: 'Monatsbericht',
    plan_renewed: 'Tarif verlängert',
    plan_changed: 'Tarif gewechselt',
    payment_failed: 'Fehlgeschlagene Zahlungen',
    topup_stopped: 'Automatische Aufladung angehalten',
    budget_threshold: 'Budgets, die fast verbraucht sind',
    budget_exceeded: 'Budgets, die aufgebraucht sind',
    key_paused: 'Angehaltene API-Schlüssel',
    key_expiring: 'API-Schlüssel, die bald ablaufen',
    own_key_invalid: 'Eigener OpenRouter-Schlüssel funktioniert nicht mehr',
    invitation: 'Einladungen',
  },
};
