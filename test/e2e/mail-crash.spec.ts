import { describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { Mailbox } from '../support/services/mailbox.js';
import { exitOf, RunningService } from '../support/services/running-service.js';

const KILLS = 10;

describe('a mail whose sender is killed', () => {
  it('is sent again by the next process, recognisable as the same mail', async () => {
    const mailbox = await Mailbox.start();
    const service = await RunningService.prepare(mailbox.env);
    try {
      for (let n = 0; n < KILLS; n++) {
        const child = await service.start();
        const ended = exitOf(child);
        // the worst moment: the server has the mail, and the sender does not know it
        mailbox.beforeAnswer = async () => {
          child.kill('SIGKILL');
          await ended;
        };
        await service.rows(
          `INSERT INTO mails (user_id, kind, email, language, timezone, facts)
           VALUES ('ann', 'welcome', $1, 'en', 'UTC', '{"available": null}')`,
          `ann-${n}@example.com`,
        );
        expect((await ended).signal).toBe('SIGKILL');
      }
      expect(await service.rows('SELECT DISTINCT state FROM mails')).toEqual([{ state: 'queued' }]);
      mailbox.beforeAnswer = () => Promise.resolve();
      await service.rows('UPDATE mails SET next_try_at = now()'); // the leases of the killed processes end
      await service.start();
      await eventually(async () => {
        const [left] = await service.rows(`SELECT count(*)::int AS count FROM mails WHERE state <> 'sent'`);
        return left?.count === 0;
      });
      // on a slow machine a lease ends while later processes are killed: which mail is the one of a kill is open
      expect(mailbox.received.length).toBeGreaterThanOrEqual(2 * KILLS);
      for (let n = 0; n < KILLS; n++) {
        const ids = mailbox.to(`ann-${n}@example.com`).map(({ mail }) => mail.messageId);
        expect(new Set(ids).size).toBe(1);
      }
    } finally {
      await service.close();
      await mailbox.stop();
    }
  }, 600_000);
});
