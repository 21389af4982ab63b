import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { FastifyBaseLogger } from 'fastify';
import { Server } from 'socket.io';
import type { SignedIn } from '../domain/sign-in/identify.ts';
import type { Workspace } from '../domain/workspace.ts';
import type { NewsHub } from '../news-hub.ts';
import { createUpgradeIdentifier } from './authenticate-upgrade.ts';
import type { UpgradeHandler } from './upgrade.ts';
import { createDocumentPresence } from './document-presence.ts';
import { roomOf, type WorkspaceServer } from './workspace-rooms.ts';
import { spreadNews } from './workspace-news.ts';
import { serveWatches } from './workspace-watches.ts';

/** Largest message a client may send: the name of what it watches. */
const MAX_MESSAGE_BYTES = 8 * 1024;

/** Connections one server takes; the largest room is 1,800 people with a few tabs each. */
const MAX_CONNECTIONS = 10_000;

/** The workspace's socket.io server. */
export interface WorkspaceSockets {
  readonly handleUpgrade: UpgradeHandler;
  /** Long polling, for networks that refuse WebSockets. */
  handleRequest(request: IncomingMessage, response: ServerResponse): void;
  /** Ends every connection; clients come back by themselves when they may. */
  close(): Promise<void>;
}

/**
 * Opens the workspace's events at `/socket.io/` (rules E1 to E8 in docs/spec/wire.md): signed in and
 * checked against the policy as everything else. It has no listener of its own; requests are handed
 * to it.
 */
export function createWorkspaceSockets(options: {
  readonly workspace: Workspace;
  readonly news: NewsHub;
  readonly logger: FastifyBaseLogger;
}): WorkspaceSockets {
  const { workspace, news, logger } = options;
  const identify = createUpgradeIdentifier(workspace);
  const people = new WeakMap<IncomingMessage, SignedIn>();
  const io: WorkspaceServer = new Server({
    path: '/socket.io/',
    serveClient: false,
    maxHttpBufferSize: MAX_MESSAGE_BYTES,
    // What was missed while away is asked for anew; nothing is kept for who left.
    connectTimeout: 10_000,
    allowRequest(request, decide) {
      admit(request).then(
        (person) => {
          if (person !== null) people.set(request, person);
          decide(person === null ? 'unauthenticated' : null, person !== null);
        },
        (error: unknown) => {
          logger.error({ err: error }, 'a workspace connection could not be signed in');
          decide('unavailable', false);
        },
      );
    },
  });

  const admit = async (request: IncomingMessage): Promise<SignedIn | null> => {
    if (io.engine.clientsCount >= MAX_CONNECTIONS) return null;
    const who = await identify(request);
    return who.ok ? who.person : null;
  };

  // socket.io attaches to an HTTP server; this one never listens, since there is one upgrade listener.
  io.attach(createServer());
  io.use((socket, next) => {
    const person = people.get(socket.request);
    if (person === undefined) return next(new Error('unauthenticated'));
    socket.data.person = person;
    socket.data.watches = new Map();
    next();
  });
  const presence = createDocumentPresence(io);
  io.on('connection', (socket) => {
    const { personId, credential } = socket.data.person;
    void socket.join([roomOf('person', personId), roomOf('credential', credential.id)]);
    serveWatches(socket, { workspace, presence, logger });
  });
  const unsubscribe = news.subscribe(spreadNews(io, { workspace, presence, logger }));

  return {
    handleUpgrade(request, socket, head) {
      io.engine.handleUpgrade(request, socket, head);
    },
    handleRequest(request, response) {
      io.engine.handleRequest(request, response);
    },
    async close() {
      unsubscribe();
      presence.close();
      io.disconnectSockets(true);
      await io.close();
    },
  };
}
