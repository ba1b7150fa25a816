import mustache from 'mustache';
import { MAIL_LAYOUT } from '../../generated/mail-layout.js';
import type { Brand } from '../../platform/config/dashboard-config.js';
import { Format } from '../notices/format.js';
import { type Facts, KINDS, type Language, type NoticeKind } from '../notices/kinds.js';
import { noticeOf, textsIn } from '../notices/notice.js';
import type { Notice } from '../notices/texts/texts.js';
import { DEFAULT_ACCENT, textOn } from './colours.js';
import { pngOf } from './pictures.js';
import { usageChart } from './usage-chart.js';

/** A mail to render. */
export interface MailContent<Kind extends NoticeKind = NoticeKind> {
  readonly kind: Kind;
  readonly facts: Facts[Kind];
  readonly language: Language;
  readonly timezone: string;
  /** Where the button leads if it is not the page of the kind; it can contain a secret. */
  readonly path: string | null;
  /** Null for a mail that cannot be switched off. */
  readonly unsubscribe_url: string | null;
}

/** A picture in a mail, shown where the HTML names its `cid`. */
interface Picture {
  readonly cid: string;
  readonly filename: string;
  readonly content: Buffer;
  readonly contentType: string;
}

/** A mail as it is sent. */
export interface RenderedMail {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  readonly pictures: readonly Picture[];
}

const CHART = 'chart';
const LOGO = 'logo';
const IMAGE = /^data:(image\/[a-z+]+);base64,(.*)$/s;

/** Renders mails with the look of the dashboard. */
export class MailRenderer {
  private readonly accent: string;
  private logo: Promise<Picture | null> | null = null;

  /** @param url address of the dashboard, such as https://credits.example.com/app */
  constructor(
    private readonly brand: Brand,
    private readonly url: string,
  ) {
    this.accent = brand.accent ?? DEFAULT_ACCENT;
  }

  /** Renders a mail in HTML and as text, both from the same notice. */
  async render(mail: MailContent): Promise<RenderedMail> {
    const notice = noticeOf(mail.kind, mail.facts as never, mail);
    const [logo, chart] = await Promise.all([(this.logo ??= logoOf(this.brand)), this.chartOf(mail)]);
    const links = this.linksOf(mail);
    const action = notice.action && { label: notice.action.label, url: this.pageAt(mail.path ?? notice.action.path) };
    return {
      subject: `${notice.title} · ${this.brand.name}`,
      html: this.html(mail, notice, { action, links, logo, chart }),
      text: textOf(notice, action, this.why(mail), links),
      pictures: [logo, chart].filter((picture) => picture !== null),
    };
  }

  private html(mail: MailContent, notice: Notice, parts: Parts): string {
    const { frame } = textsIn(mail.language);
    const { action, links, logo, chart } = parts;
    const { accent, brand } = this;
    const values = {
      language: mail.language,
      title: notice.title,
      preview: notice.paragraphs[0] ?? '',
      brand: brand.name,
      accent,
      on_accent: textOn(accent),
      logo: logo && `cid:${logo.cid}`,
      paragraphs: notice.paragraphs,
      facts: notice.facts,
      has_facts: notice.facts.length > 0,
      action,
      chart: chart && `cid:${chart.cid}`,
      chart_text: frame.chart,
      why: this.why(mail),
      links: links.map((link, n) => ({ ...link, is_last: n === links.length - 1 })),
    };
    return mustache.render(MAIL_LAYOUT, values, {}, { escape });
  }

  /** The links at the end of a mail. */
  private linksOf({ kind, language, unsubscribe_url }: MailContent): Link[] {
    const { unsubscribe, preferences, help } = textsIn(language).frame;
    const { support_email, links } = this.brand;
    return [
      ...(unsubscribe_url === null ? [] : [{ label: unsubscribe, url: unsubscribe_url }]),
      ...(KINDS[kind].has_inbox ? [{ label: preferences, url: this.pageAt('settings') }] : []),
      ...(support_email === null ? [] : [{ label: help, url: `mailto:${support_email}` }]),
      ...links,
    ];
  }

  private async chartOf({ kind, facts, language, timezone }: MailContent): Promise<Picture | null> {
    if (kind !== 'monthly_report') return null;
    const svg = usageChart(facts as Facts['monthly_report'], new Format(language, timezone), this.accent);
    return { cid: CHART, filename: 'chart.png', content: await pngOf(svg), contentType: 'image/png' };
  }

  /** Why the person gets the mail. Mails without an entry in the inbox also go to people without an account. */
  private why({ kind, language }: MailContent): string {
    const { why, entered } = textsIn(language).frame;
    return (KINDS[kind].has_inbox ? why : entered)(this.brand.name);
  }

  private pageAt(path: string): string {
    return `${this.url}/${path}`;
  }
}

interface Link {
  readonly label: string;
  readonly url: string;
}

interface Parts {
  readonly action: Link | null;
  readonly links: readonly Link[];
  readonly logo: Picture | null;
  readonly chart: Picture | null;
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Mustache's own rule also replaces slashes, which makes links hard to read in the source of a mail. */
const escape = (value: unknown): string => String(value).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

/** The operator's logo. Mail programs show no SVG, so it is drawn as PNG. */
async function logoOf({ logo_url }: Brand): Promise<Picture | null> {
  const [, type = '', encoded = ''] = IMAGE.exec(logo_url ?? '') ?? [];
  if (type === '') return null;
  const image = Buffer.from(encoded, 'base64');
  const isDrawn = type === 'image/svg+xml';
  const content = isDrawn ? await pngOf(image.toString('utf8')) : image;
  const contentType = isDrawn ? 'image/png' : type;
  return { cid: LOGO, filename: `logo.${contentType.slice('image/'.length)}`, content, contentType };
}

function textOf(notice: Notice, action: Link | null, why: string, links: readonly Link[]): string {
  const written = ({ label, url }: Link): string => `${label}: ${url}`;
  return [
    notice.title,
    ...notice.paragraphs,
    ...(notice.facts.length === 0 ? [] : [notice.facts.map(({ label, value }) => `${label}: ${value}`).join('\n')]),
    ...(action === null ? [] : [written(action)]),
    '-- ',
    why,
    links.map(written).join('\n'),
  ].join('\n\n');
}
