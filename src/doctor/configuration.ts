import type { Config } from '../platform/config.js';
import { type Fault, warning } from './finding.js';

const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];

/** What of the configuration is looked at. */
export type Examined = Pick<Config, 'env' | 'host' | 'cors_origins' | 'encryption'>;

/** What of a configuration works and is still unwise. */
export function configurationFaults(config: Examined): Fault[] {
  const { env, host, cors_origins, encryption } = config;
  const faults: Fault[] = [];
  if (env === 'development' && !LOOPBACK.includes(host)) {
    const found = `NODE_ENV is development, and the service listens on ${host}`;
    faults.push(warning(found, 'Set NODE_ENV=production, or HOST=127.0.0.1'));
  }
  if (env === 'production' && cors_origins !== false && cors_origins.includes('*')) {
    faults.push(warning('CORS_ORIGINS lets web pages of any origin call', 'Name the origins of your web apps'));
  }
  if (env === 'production' && encryption.is_self_made) {
    const found = 'The key that encrypts secrets of users was made by the service itself and lies in DATA_DIR';
    faults.push(warning(found, 'Set ENCRYPTION_KEYS, and keep a copy apart from the database'));
  }
  return faults;
}
