import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readMailAddress } from './mail-address.js';

const mailboxOf = (email: string): string => readMailAddress(email).mailbox;

describe('the mailbox of an address', () => {
  it.each([
    ['Ann.Lee+trial@Gmail.com', 'annlee@gmail.com'],
    ['a.n.n.l.e.e@googlemail.com', 'annlee@gmail.com'],
    ['Ann+1@example.com', 'ann@example.com'],
    ['ann+a+b@outlook.com', 'ann@outlook.com'],
    ['ann-shop@yahoo.com', 'ann@yahoo.com'],
    ['ann@me.com', 'ann@icloud.com'],
    ['ann.lee@pm.me', 'annlee@proton.me'],
    ['ann@ya.ru', 'ann@yandex.ru'],
    ['ann.lee@example.com', 'ann.lee@example.com'],
    ['+ann@example.com', '+ann@example.com'],
  ])('of %s is %s', (email, mailbox) => expect(mailboxOf(email)).toBe(mailbox));

  it('is the same however it is spelled, and its own mailbox', () => {
    const name = fc.stringMatching(/^[a-z0-9]{2,20}$/);
    const spelled = fc.tuple(
      name,
      fc.stringMatching(/^[a-z0-9]{0,8}$/),
      fc.constantFrom('gmail.com', 'GoogleMail.com'),
    );
    fc.assert(
      fc.property(spelled, ([user, tag, domain]) => {
        const dotted = `${user.slice(0, 1)}.${user.slice(1)}`.toUpperCase();
        expect(mailboxOf(`${dotted}+${tag}@${domain}`)).toBe(`${user}@gmail.com`);
        expect(mailboxOf(mailboxOf(`${user}@${domain}`))).toBe(`${user}@gmail.com`);
      }),
    );
  });
});

describe('the class of a mail domain', () => {
  it.each([
    ['a@mailinator.com', 'disposable'],
    ['a@inbox.mailinator.com', 'disposable'],
    ['a@gmail.com', 'free'],
    ['a@gmx.de', 'free'],
    ['a@me.com', 'free'],
    ['a@mit.edu', 'other'],
  ])('of %s is %s', (email, mail_class) => expect(readMailAddress(email).mail_class).toBe(mail_class));
});
