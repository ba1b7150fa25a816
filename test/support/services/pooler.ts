import { once } from 'node:events';
import { createServer, connect, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

const BACKEND_KEY_DATA = 'K'.charCodeAt(0);
const READY = 'Z'.charCodeAt(0);

/**
 * What a service sees of a pooler: another process answers for each server, so that the process number told at the start
 * is not that of the session. Statements go through one by one.
 */
export async function poolerBefore(url: string): Promise<{ url: string; stop: () => Promise<void> }> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket
        .on('error', () => undefined)
        .on('close', () => {
          client.destroy();
          upstream.destroy();
        });
    }
    client.pipe(upstream);
    let head: Buffer | null = Buffer.alloc(0);
    upstream.on('data', (chunk: Buffer) => {
      if (head === null) return void client.write(chunk);
      head = Buffer.concat([head, chunk]);
      const { sent, rest, isReady } = withOtherKey(head);
      client.write(sent);
      head = rest;
      if (!isReady) return;
      client.write(rest);
      head = null;
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const own = new URL(url);
  own.port = String((server.address() as AddressInfo).port);
  return {
    url: own.href,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The whole messages at the head of what a server says, the process number in them replaced. */
function withOtherKey(received: Buffer): { sent: Buffer; rest: Buffer; isReady: boolean } {
  let at = 0;
  let isReady = false;
  while (!isReady && received.length >= at + 5 && received.length >= at + 1 + received.readUInt32BE(at + 1)) {
    if (received[at] === BACKEND_KEY_DATA) received.writeUInt32BE(1, at + 5);
    isReady = received[at] === READY;
    at += 1 + received.readUInt32BE(at + 1);
  }
  return { sent: received.subarray(0, at), rest: received.subarray(at), isReady };
}
