/**
 * The receivers of `bench/webhooks.ts` in a process of their own, at the lowest priority: elsewhere they are other people's
 * machines. Sends its port, then now and then how many events have arrived; ends if an event of an account is missing or
 * out of order.
 */
import { createServer } from 'node:http';
import { constants, setPriority } from 'node:os';
import type { AddressInfo } from 'node:net';

const REPORT_MS = 25;

setPriority(constants.priority.PRIORITY_LOW);

/** For each endpoint and account the number of the last event. */
const last = new Map<string, number>();
let received = 0;
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const { user_id, sequence } = JSON.parse(Buffer.concat(chunks).toString()) as { user_id: string; sequence: number };
    const key = `${request.url ?? ''} ${user_id}`;
    if (sequence !== (last.get(key) ?? 0) + 1) throw new Error(`${key}: ${sequence} after ${last.get(key) ?? 0}`);
    last.set(key, sequence);
    received += 1;
    response.writeHead(204).end();
  });
});
server.listen(0, '127.0.0.1', () => {
  process.send?.({ port: (server.address() as AddressInfo).port });
  setInterval(() => process.send?.({ received }), REPORT_MS);
});
process.on('disconnect', () => process.exit());
