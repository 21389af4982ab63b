import type { Relay } from '@plenary/relay';

/** The sessions and tokens that connections of this node stand on. */
export interface OpenCredentials {
  /** A connection stands on it from now on; the returned function ends that, and may be called twice. */
  hold(personId: string, credentialId: string): () => void;
  /** Each session or token once, with whom it belongs to. */
  entries(): ReadonlyMap<string, string>;
}

/** Remembers what connections stand on, for as long as they do. */
export function createOpenCredentials(): OpenCredentials {
  const people = new Map<string, string>();
  const counts = new Map<string, number>();
  return {
    hold(personId, credentialId) {
      people.set(credentialId, personId);
      counts.set(credentialId, (counts.get(credentialId) ?? 0) + 1);
      let isHeld = true;
      return () => {
        if (!isHeld) return;
        isHeld = false;
        const left = (counts.get(credentialId) ?? 1) - 1;
        if (left > 0) {
          counts.set(credentialId, left);
        } else {
          counts.delete(credentialId);
          people.delete(credentialId);
        }
      };
    },
    entries: () => new Map(people),
  };
}

/** A relay that tells what its connections stand on. */
export function watchCredentials(relay: Relay, open: OpenCredentials): Relay {
  return {
    ...relay,
    connectStock(client) {
      return releasing(relay.connectStock(client), client, open);
    },
    connectMultiplexed(client) {
      return releasing(relay.connectMultiplexed(client), client, open);
    },
  };
}

function releasing(
  inbound: ReturnType<Relay['connectStock']>,
  client: { readonly identity: { readonly personId: string }; readonly session?: string },
  open: OpenCredentials,
): ReturnType<Relay['connectStock']> {
  if (client.session === undefined) return inbound;
  const release = open.hold(client.identity.personId, client.session);
  return {
    message: (data, isBinary) => inbound.message(data, isBinary),
    closed() {
      release();
      inbound.closed();
    },
  };
}
