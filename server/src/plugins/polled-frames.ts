import type { IncomingMessage } from 'node:http';
import type { Relay } from '@plenary/relay';
import type { ConnectionStories } from '../adapters/relay/connection-stories.ts';
import type { SignedIn } from '../domain/sign-in/identify.ts';
import { pipePolledToRelay, toPolledSocket, type PolledNamespace } from './polled-socket.ts';

/** What the namespace of frames works with. */
export interface PolledFramesOptions {
  readonly relay: Pick<Relay, 'connectMultiplexed'>;
  /** Who was signed in by the handshake of a connection. */
  /** Told of every connection. */
  readonly stories: ConnectionStories;
  readonly personOf: (request: IncomingMessage) => SignedIn | undefined;
}

/**
 * Serves `plenary.v1` over socket.io, for networks that refuse WebSockets (rules W60 to W64 in
 * docs/spec/wire.md): the same frames, rights, acknowledgements and close codes.
 */
export function servePolledFrames(
  namespace: PolledNamespace,
  { relay, stories, personOf }: PolledFramesOptions,
): void {
  namespace.use((socket, next) => {
    const person = personOf(socket.request);
    if (person === undefined) return next(new Error('unauthenticated'));
    socket.data.person = person;
    next();
  });
  namespace.on('connection', (socket) => {
    const { personId, name, color, via, credential } = socket.data.person;
    const story = stories.begin({ kind: 'polled', personId, via });
    pipePolledToRelay(
      socket,
      relay.connectMultiplexed({
        socket: toPolledSocket(socket, story),
        identity: { personId, name, color, via },
        session: credential.id,
      }),
      story,
    );
  });
}
