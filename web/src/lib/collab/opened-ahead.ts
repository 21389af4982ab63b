import type { SocketFactory } from '@plenary/provider';

/**
 * Opens a socket now, for whoever asks for the first one with this address. It is handed out as if
 * it had been opened then: one that is open already says so again. When it has failed meanwhile, or
 * for any other address, a new one is opened.
 */
export function openedAhead(open: SocketFactory, url: string, protocol: string): SocketFactory {
  let ahead: ReturnType<SocketFactory> | null = null;
  let isOpen = false;
  try {
    const socket = open(url, protocol);
    ahead = socket;
    socket.onopen = () => (isOpen = true);
    socket.onclose = () => (ahead = null);
  } catch {
    // Whoever asks for a socket is told.
  }
  return (askedUrl, askedProtocol) => {
    const socket = ahead;
    ahead = null;
    if (socket === null) return open(askedUrl, askedProtocol);
    if (askedUrl !== url || askedProtocol !== protocol) {
      socket.onopen = null;
      socket.onclose = null;
      socket.close();
      return open(askedUrl, askedProtocol);
    }
    if (isOpen) queueMicrotask(() => socket.onopen?.());
    return socket;
  };
}
