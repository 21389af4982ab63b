import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { POLLED_NAMESPACE } from '@plenary/protocol';
import type { Relay } from '@plenary/relay';
import type { FastifyBaseLogger } from 'fastify';
import { Server } from 'socket.io';
import { ConnectionStories } from '../adapters/relay/connection-stories.ts';
import type { RedisLink } from '../adapters/redis/redis-link.ts';
import type { SignedIn } from '../domain/sign-in/identify.ts';
import type { Workspace } from '../domain/workspace.ts';
import type { NewsHub } from '../news-hub.ts';
import { createUpgradeIdentifier } from './authenticate-upgrade.ts';
import type { UpgradeHandler } from './upgrade.ts';
import { MAX_REQUEST_BYTES, boundMessages } from './message-bounds.ts';
import { servePolledFrames } from './polled-frames.ts';
import { createDocumentPresence } from './document-presence.ts';
import { createOpenCredentials, type OpenCredentials } from './open-credentials.ts';
import { codeOfDisconnect } from './polled-socket.ts';
import { resumption } from './resumption.ts';
import { startStandingChecks } from './standing-checks.ts';
import { roomOf, watchesOf, type WorkspaceServer } from './workspace-rooms.ts';
import { admitAgain, checkWatches, spreadNews } from './workspace-news.ts';
import { serveWatches } from './workspace-watches.ts';

/** Time between two connections that are told to ask anew after Redis was away. */
const MISSED_EVERY_MS = 2;

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
 * Opens the workspace's events at `/socket.io/` (rules E1 to E10 in docs/spec/wire.md): signed in and
 * checked against the policy as everything else. It has no listener of its own; requests are handed
 * to it. With `cluster` its events reach the connections of every node.
 */
export function createWorkspaceSockets(options: {
  readonly workspace: Workspace;
  readonly news: NewsHub;
  readonly logger: FastifyBaseLogger;
  /** The link to the other nodes and its address; null for one node alone. */
  readonly cluster?: { readonly link: RedisLink; readonly url: string } | null;
  /** What other connections of this node stand on: held against SQL together with these. */
  readonly credentials?: OpenCredentials;
  /** Gets the frames of clients whose network refuses WebSockets; without it there are none. */
  readonly relay?: Relay;
  /** Told of every connection. */
  readonly stories?: ConnectionStories;
}): WorkspaceSockets {
  const { workspace, news, logger, relay, cluster = null } = options;
  const stories = options.stories ?? new ConnectionStories(logger);
  const credentials = options.credentials ?? createOpenCredentials();
  const identify = createUpgradeIdentifier(workspace);
  const people = new WeakMap<IncomingMessage, SignedIn>();
  const io: WorkspaceServer = new Server({
    path: '/socket.io/',
    serveClient: false,
    maxHttpBufferSize: MAX_REQUEST_BYTES,
    connectTimeout: 10_000,
    // With one node alone what was missed is asked for anew; nothing is kept for who left.
    ...(cluster === null ? {} : resumption(workspace, cluster)),
    allowRequest(request, decide) {
      admit(request).then(
        (answer) => {
          if (typeof answer === 'string') return decide(answer, false);
          people.set(request, answer);
          decide(null, true);
        },
        (error: unknown) => {
          logger.error({ err: error }, 'a workspace connection could not be signed in');
          decide('unavailable', false);
        },
      );
    },
  });

  /** Who asks, or why they are not let in: a word that our client reads (W63). */
  const admit = async (request: IncomingMessage): Promise<SignedIn | string> => {
    if (io.engine.clientsCount >= MAX_CONNECTIONS) return 'unavailable';
    const who = await identify(request);
    return who.ok ? who.person : 'unauthenticated';
  };

  // socket.io attaches to an HTTP server; this one never listens, since there is one upgrade listener.
  io.attach(createServer());
  io.engine.on('connection', boundMessages);
  if (relay !== undefined) {
    servePolledFrames(io.of(POLLED_NAMESPACE), {
      relay,
      stories,
      personOf: (request) => people.get(request),
    });
  }
  io.use((socket, next) => {
    const person = people.get(socket.request);
    if (person === undefined) return next(new Error('unauthenticated'));
    if (socket.recovered && socket.data.person.credential.id !== person.credential.id) {
      return next(new Error('unauthenticated')); // somebody else's connection
    }
    socket.data.person = person;
    socket.data.watches = watchesOf(socket.rooms);
    next();
  });
  const presence = createDocumentPresence(io, cluster?.link);
  const context = { workspace, presence, logger };
  io.on('connection', (socket) => {
    const { personId, via, credential } = socket.data.person;
    const story = stories.begin({ kind: 'workspace', personId, via });
    socket.on('disconnect', (reason) => story.closed(codeOfDisconnect(reason)));
    void socket.join([roomOf('person', personId), roomOf('credential', credential.id)]);
    socket.on('disconnect', credentials.hold(personId, credential.id));
    serveWatches(socket, context);
    for (const what of socket.data.watches.values()) {
      if ('documentId' in what) presence.changed(what.documentId);
    }
  });
  const unsubscribe = news.subscribe(spreadNews(io, context));
  const checking = (work: Promise<void>): void => {
    work.catch((error: unknown) => logger.error({ err: error }, 'watches could not be checked'));
  };
  const stopChecks = startStandingChecks({
    workspace,
    news,
    credentials,
    logger,
    watchers: {
      people: () =>
        new Set([...io.sockets.sockets.values()].map(({ data }) => data.person.personId)),
      check: (personId) => checking(checkWatches(io, context, personId)),
      placeChanged(personId) {
        checking(
          admitAgain(io, context, personId).then(() => {
            io.local.to(roomOf('person', personId)).emit('news:missed');
          }),
        );
      },
    },
  });
  // Events of other nodes went past while Redis was away. One after another: each asks the API anew.
  const whispers = new Set<NodeJS.Timeout>();
  const stopListening = cluster?.link.onUp(() => {
    for (const [i, socket] of [...io.sockets.sockets.values()].entries()) {
      const timer = setTimeout(() => {
        whispers.delete(timer);
        socket.emit('news:missed');
      }, i * MISSED_EVERY_MS);
      whispers.add(timer);
    }
  });

  return {
    handleUpgrade(request, socket, head) {
      io.engine.handleUpgrade(request, socket, head);
    },
    handleRequest(request, response) {
      io.engine.handleRequest(request, response);
    },
    async close() {
      unsubscribe();
      stopListening?.();
      for (const timer of whispers) clearTimeout(timer);
      presence.close();
      await stopChecks();
      // Closes the lines and says nothing over them: a client that is told to disconnect stays away,
      // and the words for it would go to the other nodes, too.
      await io.close();
    },
  };
}
