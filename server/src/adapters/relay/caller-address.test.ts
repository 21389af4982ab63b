import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { Config } from '../../config.ts';
import { createAddressOf, createProxyTrust } from './caller-address.ts';

function addressOf(trustProxy: Config['trustProxy'], peer: string, forwarded?: string): string {
  const request = {
    socket: { remoteAddress: peer },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  };
  return createAddressOf(createProxyTrust(trustProxy))(request as unknown as IncomingMessage);
}

describe("the caller's address", () => {
  it.each<[Config['trustProxy'], string, string | undefined, string]>([
    [false, '127.0.0.1', '9.9.9.9', '127.0.0.1'],
    [true, '127.0.0.1', '9.9.9.9, 8.8.8.8', '9.9.9.9'],
    [1, '127.0.0.1', '9.9.9.9, 8.8.8.8', '8.8.8.8'],
    [['loopback'], '127.0.0.1', '8.8.8.8', '8.8.8.8'],
    [['loopback'], '10.0.0.9', '8.8.8.8', '10.0.0.9'],
    [['10.0.0.0/8'], '10.0.0.9', '9.9.9.9, 8.8.8.8', '8.8.8.8'],
    [['loopback'], '127.0.0.1', undefined, '127.0.0.1'],
  ])('with trust %j, from %s and forwarded for %s, is %s', (trust, peer, forwarded, expected) => {
    expect(addressOf(trust, peer, forwarded)).toBe(expected);
  });
});
