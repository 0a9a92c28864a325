import { BlockList, isIP } from 'node:net';

/** Whether an address is in a range, e.g. `10.0.0.0/24`. */
export function inCidr(address: string, range: string): boolean {
  const version = isIP(address);
  if (version === 0) return false;
  const [network, bits] = range.split('/');
  const list = new BlockList();
  list.addSubnet(network, Number(bits), isIP(network) === 6 ? 'ipv6' : 'ipv4');
  return list.check(address, version === 6 ? 'ipv6' : 'ipv4');
}
