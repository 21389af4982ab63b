import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SUBPROTOCOL } from '@plenary/protocol';
import { connect, createMemoryStore, systemClock } from '@plenary/provider';
import { createRelay, inlineMerger } from '@plenary/relay';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { Doc } from 'yjs';
import { FakeAuthority } from './fake-authority.ts';
import { MemoryUpdateLog } from './memory-update-log.ts';
import { anIdentity } from './relay-clients.ts';
import { mulberry32 } from './seeded-random.ts';
import { loadTrace, loadYjsDataset } from './traces.ts';
import { wsSocketFactory } from './ws-socket-factory.ts';
import { stockProvider } from './ws-stock-provider.ts';

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

describe('clients over real sockets', () => {
  const log = new MemoryUpdateLog();
  const chapterId = log.createChapter('chapter');
  let server: WebSocketServer;
  let url: string;
  let relay: ReturnType<typeof createRelay>;

  beforeEach(async () => {
    relay = createRelay({
      log,
      authority: new FakeAuthority(),
      clock: systemClock,
      merger: inlineMerger(),
      logger: SILENT,
    });
    server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    server.on('connection', (webSocket, request) => {
      const identity = anIdentity(request.headers.authorization ?? 'nobody');
      const socket = {
        send: (frame: Uint8Array) => {
          webSocket.send(frame);
        },
        get bufferedBytes() {
          return webSocket.bufferedAmount;
        },
        close: (code: number, reason: string) => {
          webSocket.close(code, reason);
        },
        terminate: () => {
          webSocket.terminate();
        },
      };
      const inbound =
        webSocket.protocol === SUBPROTOCOL
          ? relay.connectMultiplexed({ socket, identity })
          : relay.connectStock({ socket, identity, chapterId });
      webSocket.on('message', (data, isBinary) => {
        inbound.message(data as Buffer, isBinary);
      });
      webSocket.on('close', () => {
        inbound.closed();
      });
    });
    await once(server, 'listening');
    url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/collab`;
  });

  afterEach(async () => {
    for (const client of server.clients) client.terminate();
    await new Promise((resolve) => {
      server.close(resolve);
    });
    await relay.close();
  });

  it('[W13] [W22] a stock provider whose socket is cut at random and our own provider agree', async () => {
    const written = new Doc();
    const writer = stockProvider({
      url,
      chapterId,
      doc: written,
      token: 'ana',
      cuts: { random: mulberry32(7), meanFrames: 40 },
      maxBackoffMs: 20,
    });
    const connection = connect({
      url: `${url}/`,
      store: createMemoryStore(),
      openSocket: wsSocketFactory({ authorization: 'Bearer ben' }),
      clock: systemClock,
      random: mulberry32(8),
      schemaVersion: 1,
    });
    const replica = connection.open(chapterId);
    await replica.whenLoaded;
    for (let at = 0; at < 600 || writer.cuts() < 6; at += 1) {
      written.getText('body').insert(at, String(at % 10));
      if (at % 10 === 0) await new Promise(setImmediate);
    }
    writer.stopCutting();
    const expected = written.getText('body').toJSON();
    await vi.waitFor(() => {
      expect(replica.doc.getText('body').toJSON()).toBe(expected);
    }, 10_000);
    replica.doc.getText('body').insert(0, 'both ways ');
    await vi.waitFor(() => {
      expect(replica.state).toEqual({ kind: 'saved' });
      expect(written.getText('body').toJSON()).toBe(`both ways ${expected}`);
    }, 10_000);
    writer.destroy();
    await connection.close();
  });
});

describe('outside data', () => {
  it.runIf(loadTrace('sveltecomponent') !== null)('a trace ends in its end', () => {
    const trace = loadTrace('sveltecomponent');
    let text = trace?.startContent ?? '';
    for (const patches of trace?.transactions ?? []) {
      for (const [at, deleted, inserted] of patches) {
        text = text.slice(0, at) + inserted + text.slice(at + deleted);
      }
    }
    expect(text).toBe(trace?.endContent);
    expect(trace?.transactions).toHaveLength(18_335);
  });

  it.runIf(loadTrace('automerge-paper') !== null)('a trace has all its edits', () => {
    const trace = loadTrace('automerge-paper');
    expect(trace?.transactions).toHaveLength(259_778);
    expect(trace?.endContent).toHaveLength(104_852);
  });

  it.runIf(loadYjsDataset() !== null)('the Yjs data set has all its cases', () => {
    const cases = loadYjsDataset() ?? [];
    expect(cases).toHaveLength(5_320);
    expect(cases.reduce((sum, { updates }) => sum + updates.length, 0)).toBe(46_385);
  });
});
