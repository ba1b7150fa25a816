import { describe, expect, it } from '@jest/globals';
import { isOwnPage } from './own-page.js';

describe('the page of the service itself', () => {
  it.each(['localhost:8084', '127.0.0.1:8084', '[::1]:8084', 'localhost'])('is on %s', (host) => {
    expect(isOwnPage(host, `http://${host}`)).toBe(true);
  });

  it.each([
    ['localhost:8084', undefined],
    [undefined, 'http://localhost:8084'],
    ['localhost:8084', 'null'],
    ['localhost:8084', 'http://localhost:8085'],
    ['localhost:8084', 'https://localhost:8084'],
    ['localhost:8084', 'http://evil.example'],
    ['evil.example:8084', 'http://evil.example:8084'],
    ['localhost.evil.example:8084', 'http://localhost.evil.example:8084'],
    ['127.0.0.1.evil.example', 'http://127.0.0.1.evil.example'],
    ['localhost:8084@evil.example', 'http://localhost:8084@evil.example'],
    ['192.168.0.2:8084', 'http://192.168.0.2:8084'],
  ])('is not Host %s with Origin %s', (host, origin) => {
    expect(isOwnPage(host, origin)).toBe(false);
  });
});
