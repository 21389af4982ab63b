import type { IncomingMessage } from 'node:http';
import proxyAddr from '@fastify/proxy-addr';
import type { Config } from '../../config.ts';

/**
 * The address of whoever made a request, as Fastify finds it for `request.ip`: that of the
 * connection, or what trusted proxies say in `X-Forwarded-For`.
 */
export function createAddressOf(
  trustProxy: Config['trustProxy'],
): (request: IncomingMessage) => string {
  if (trustProxy === false) return (request) => request.socket.remoteAddress ?? '';
  const trust = trustOf(trustProxy);
  return (request) => proxyAddr(request, trust);
}

function trustOf(trustProxy: Exclude<Config['trustProxy'], false>) {
  if (trustProxy === true) return () => true;
  if (typeof trustProxy === 'number') return (_address: string, hop: number) => hop < trustProxy;
  return proxyAddr.compile([...trustProxy]);
}
