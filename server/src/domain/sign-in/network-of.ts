/** Groups of an IPv6 address, and those that name its network. */
const GROUPS = 8;
const NETWORK_GROUPS = 4;

/**
 * What an address is counted as: an IPv4 address is itself, also written as IPv6; an IPv6 address is
 * its network of 64 bits, since whoever has one address of it has them all (RFC 4291, section 2.5.1).
 * Anything else is itself.
 */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [bare = ''] = address.split('%', 1);
  if (!bare.includes(':')) return address;
  const [head = '', tail] = bare.split('::', 2);
  const before = groupsOf(head);
  const after = groupsOf(tail ?? '');
  const missing = tail === undefined ? 0 : Math.max(0, GROUPS - before.length - after.length);
  const groups = [...before, ...Array<number>(missing).fill(0), ...after];
  const network = groups.slice(0, NETWORK_GROUPS).map((group) => group.toString(16));
  return `${network.join(':')}::/64`;
}

function groupsOf(part: string): number[] {
  return part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
}
