import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  CLOSE_CODES,
  MAX_CLIENT_FRAME_BYTES,
  SUBPROTOCOL,
  type CloseReason,
  type Identity,
} from '@plenary/protocol';
import type { Relay } from '@plenary/relay';
import type { FastifyBaseLogger } from 'fastify';
import { WebSocketServer, type WebSocket } from 'ws';
import { pathOf, refuseUpgrade, type UpgradeHandler } from '../../plugins/upgrade.ts';
import { CollabWebSocket } from './collab-web-socket.ts';
import type { ConnectionStories, RefusedStatus } from './connection-stories.ts';
import { createFailureBudget } from './failure-budget.ts';
import { pipeToRelay, toRelaySocket } from './ws-socket.ts';

/** Who asks for a socket, or the reason from the table of close codes why there is none. */
export type UpgradeAnswer =
  | { readonly ok: true; readonly identity: Identity; readonly sessionId: string | null }
  | { readonly ok: false; readonly reason: CloseReason };

/** What the collab sockets need. */
export interface CollabUpgradeOptions {
  readonly relay: Relay;
  /** `chapterId` is null for our own protocol, which names its chapters in frames. */
  readonly authenticate: (
    request: IncomingMessage,
    chapterId: string | null,
  ) => Promise<UpgradeAnswer>;
  /** The caller's address, proxies taken into account. */
  readonly addressOf: (request: IncomingMessage) => string;
  readonly hasLimits: boolean;
  /** Told of every connection. */
  readonly stories: ConnectionStories;
  readonly logger: FastifyBaseLogger;
}

/** The collab sockets of a server. */
export interface CollabSockets {
  readonly handleUpgrade: UpgradeHandler;
  /** Open sockets. */
  readonly count: number;
  /** False from the moment the server begins to stop. */
  readonly isOpen: boolean;
  /** From now on answers 503: the server is stopping. */
  refuseNew(): void;
  /** Ends what is still open. */
  close(): void;
}

/** Sockets one server takes. Each costs some 20 KB; the largest room is 1,800 people. */
const MAX_SOCKETS = 10_000;

/** Upgrades that may wait for their authentication at once. */
const MAX_PENDING = 2_000;

/** Longest time between the request and the answer to who asks (R10). */
const AUTHENTICATION_TIMEOUT_MS = 10_000;

/** Refused upgrades a minute from one address; a loop of one stock client makes 24. */
const REFUSALS_PER_MINUTE = 600;

/** Longest chapter id in a path; ours have 36 characters. */
const MAX_CHAPTER_ID_LENGTH = 128;

/**
 * Opens the sockets at `/collab/`: `/collab/{chapterId}` speaks the y-websocket protocol, `/collab/`
 * with subprotocol `plenary.v1` our own. Since a browser cannot read a refused upgrade, a client
 * that may not enter is let in and closed with a code from the table.
 */
export function createCollabSockets(options: CollabUpgradeOptions): CollabSockets {
  const { relay, stories, logger } = options;
  const server = new WebSocketServer({
    noServer: true,
    WebSocket: CollabWebSocket,
    maxPayload: MAX_CLIENT_FRAME_BYTES,
    // Every frame goes to everybody as one buffer (R3); compressing it per socket would undo that,
    // and Yjs updates of a keystroke are smaller than what deflate adds.
    perMessageDeflate: false,
    clientTracking: true,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  });
  const refusals = createFailureBudget({ limit: REFUSALS_PER_MINUTE, windowMs: 60_000 });
  let pending = 0;
  let isStopping = false;

  const authenticate = async (
    request: IncomingMessage,
    chapterId: string | null,
  ): Promise<UpgradeAnswer | null> => {
    const { promise: late, resolve } = Promise.withResolvers<null>();
    const timer = setTimeout(() => resolve(null), AUTHENTICATION_TIMEOUT_MS);
    try {
      return await Promise.race([options.authenticate(request, chapterId), late]);
    } catch (error) {
      logger.error({ err: error }, 'a collab socket could not be authenticated');
      return null;
    } finally {
      clearTimeout(timer);
    }
  };

  const refuse = (connection: Duplex, status: RefusedStatus): void => {
    stories.refusedUpgrade(status);
    refuseUpgrade(connection, status);
  };

  const enter = (
    webSocket: WebSocket,
    connection: Duplex,
    {
      answer,
      chapterId,
      address,
    }: {
      readonly answer: UpgradeAnswer;
      readonly chapterId: string | null;
      readonly address: string;
    },
  ): void => {
    // `ws` closes the socket after an error by itself; the frame that caused it is not worth a line.
    webSocket.on('error', (error) => logger.debug({ err: error }, 'a collab socket failed'));
    if (!answer.ok) {
      const { code, text } = CLOSE_CODES[answer.reason];
      stories.turnedAway(answer.reason, address);
      webSocket.close(code, text);
      return;
    }
    const { identity, sessionId } = answer;
    const { personId, via } = identity;
    const kind = chapterId === null ? 'own' : 'stock';
    const story = stories.begin({ kind, personId, via, address });
    const socket = toRelaySocket(webSocket, connection, story);
    const session = sessionId === null ? {} : { session: sessionId };
    pipeToRelay(
      webSocket,
      chapterId === null
        ? relay.connectMultiplexed({ socket, identity, ...session })
        : relay.connectStock({ socket, identity, chapterId, ...session }),
      story,
    );
  };

  const handle = async (
    request: IncomingMessage,
    connection: Duplex,
    head: Buffer,
  ): Promise<void> => {
    const target = targetOf(request);
    if (target === null) return refuse(connection, 404);
    if (isStopping || pending >= MAX_PENDING || server.clients.size >= MAX_SOCKETS) {
      return refuse(connection, 503);
    }
    const address = options.addressOf(request);
    if (options.hasLimits && refusals.isSpent(address)) {
      return refuse(connection, 429);
    }

    pending += 1;
    const answer = await authenticate(request, target.chapterId);
    pending -= 1;
    if (connection.destroyed) return;
    if (answer === null || isStopping) return refuse(connection, 503);
    if (!answer.ok && options.hasLimits) refusals.record(address);
    server.handleUpgrade(request, connection, head, (webSocket) =>
      enter(webSocket, connection, { answer, chapterId: target.chapterId, address }),
    );
  };

  return {
    handleUpgrade(request, connection, head) {
      const onError = (): void => void connection.destroy();
      connection.on('error', onError);
      handle(request, connection, head).catch((error: unknown) => {
        logger.error({ err: error }, 'a collab upgrade failed');
        connection.destroy();
      });
    },
    get count() {
      return server.clients.size;
    },
    get isOpen() {
      return !isStopping;
    },
    refuseNew() {
      isStopping = true;
    },
    close() {
      isStopping = true;
      for (const webSocket of server.clients) webSocket.terminate();
      server.close();
    },
  };
}

/** What a path under `/collab/` asks for; null for nothing that exists. */
function targetOf(request: IncomingMessage): { readonly chapterId: string | null } | null {
  const name = decode(pathOf(request).slice('/collab/'.length));
  if (name === null || name.length > MAX_CHAPTER_ID_LENGTH || name.includes('/')) return null;
  if (name !== '') return { chapterId: name };
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',');
  return offered.some((protocol) => protocol.trim() === SUBPROTOCOL) ? { chapterId: null } : null;
}

function decode(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null; // not percent-encoded UTF-8: no chapter has such a name
  }
}
