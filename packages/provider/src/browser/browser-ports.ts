import type { Network, SocketFactory, WebSocketLike } from '../types.ts';

/** Opens the browser's own WebSocket; the cookie of the page's origin goes with it. */
export const openBrowserSocket: SocketFactory = (url, protocol) =>
  // Handler properties are compared as if they were read; the provider only writes them.
  new WebSocket(url, protocol) as unknown as WebSocketLike;

/** What the browser says of its network: `online` and `offline` events of the window. */
export const browserNetwork: Network = {
  subscribe(listener) {
    const online = () => {
      listener(true);
    };
    const offline = () => {
      listener(false);
    };
    globalThis.addEventListener('online', online);
    globalThis.addEventListener('offline', offline);
    return () => {
      globalThis.removeEventListener('online', online);
      globalThis.removeEventListener('offline', offline);
    };
  },
};
