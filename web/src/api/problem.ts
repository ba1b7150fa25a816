import type { ProblemDetails } from './schema.gen.ts';

/**
 * A request that failed: what the service refused (RFC 9457), or a service that could not be reached (status 0).
 * Decide by `code`; show `message`.
 */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  readonly code: string;
  readonly request_id: string | null;
  readonly errors: readonly { field: string; message: string }[];
  /** Page where the payment that is missing can be made; null if there is none. */
  readonly checkout_url: string | null;
  /** Everything that the problem says, for a sentence in another language. */
  readonly details: Partial<ProblemDetails>;

  constructor(status: number, details: Partial<ProblemDetails>) {
    super(details.detail ?? '');
    this.details = details;
    this.status = status;
    this.code = details.code ?? (status === 0 ? 'unreachable' : 'unknown');
    this.request_id = details.request_id ?? null;
    this.errors = details.errors ?? [];
    this.checkout_url = details.checkout_url ?? null;
  }

  /** Reads a failed response. A response that is not a problem document, such as a proxy's page, has no message. */
  static async from(response: Response): Promise<Problem> {
    const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json') === true;
    return new Problem(response.status, isProblem ? ((await response.json()) as ProblemDetails) : {});
  }

  /** Whether the same request would fail again. */
  get is_final(): boolean {
    return this.status >= 400 && this.status < 500 && this.status !== 429;
  }

  /** Messages by field, for a form. */
  byField(): Record<string, string> {
    return Object.fromEntries(this.errors.map(({ field, message }) => [field, message]));
  }
}
