import type { IncomingMessage } from 'node:http';
import proxyAddr from '@fastify/proxy-addr';
import type { Config } from '../../config.ts';

/** Says whether the word of the proxy at `address`, `hop` proxies away from us, is taken. */
export type ProxyTrust = (address: string, hop: number) => boolean;

/** The configured trust as a function, for Fastify and for upgrades alike. */
export function createProxyTrust(trustProxy: Config['trustProxy']): ProxyTrust {
  if (typeof trustProxy === 'boolean') return () => trustProxy;
  if (typeof trustProxy === 'number') return (_address, hop) => hop < trustProxy;
  return proxyAddr.compile([...trustProxy]);
}

/**
 * The address of whoever made a request, as Fastify finds it for `request.ip`: that of the
 * connection, or what trusted proxies say in `X-Forwarded-For`.
 */
export function createAddressOf(trust: ProxyTrust): (request: IncomingMessage) => string {
  return (request) => proxyAddr(request, trust);
}
