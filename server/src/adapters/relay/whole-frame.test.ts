import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { MAX_WHOLE_PAYLOAD_BYTES, wholeFrame } from './whole-frame.ts';

const LENGTHS = [0, 1, 125, 126, 127, 4096, MAX_WHOLE_PAYLOAD_BYTES];

it('writes frames that a WebSocket client reads as they were meant', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const payloads = LENGTHS.map((length) => new Uint8Array(length).map((_, i) => i % 251));
  server.on('connection', (_webSocket, request) => {
    for (const payload of payloads) request.socket.write(wholeFrame(payload));
  });
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const received: Uint8Array[] = [];
  await new Promise<void>((done) => {
    client.on('message', (data: Buffer) => {
      received.push(new Uint8Array(data));
      if (received.length === payloads.length) done();
    });
  });
  expect(received).toEqual(payloads);
  client.terminate();
  server.close();
});

it('makes the frame of a payload once', () => {
  const payload = new Uint8Array([1, 2, 3]);
  expect(wholeFrame(payload)).toBe(wholeFrame(payload));
});
