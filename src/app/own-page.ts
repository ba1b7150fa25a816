const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/;

/**
 * Returns whether a request comes from the service's own page on this machine. Pages of other sites can send requests to
 * loopback, and by DNS rebinding even under their own name. So Host must be a loopback name, and Origin the same.
 */
export function isOwnPage(host: string | undefined, origin: string | undefined): boolean {
  return host !== undefined && LOOPBACK.test(host) && origin === `http://${host}`;
}
