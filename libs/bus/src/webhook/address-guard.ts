import { parseCidr, type Cidr } from '@flightdeck/domain';

/**
 * Addresses that no webhook may reach: this machine, private networks, link-local ones (where clouds serve credentials), and
 * everything else that is not one host of the public internet (IANA special-purpose registries, RFC 6890 and its successors).
 * IPv6 forms that carry an IPv4 address are refused whole.
 */
const SPECIAL = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'],
  ...['192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15'],
  ...['198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
  ...['::/96', '::ffff:0:0/96', '64:ff9b::/96', '64:ff9b:1::/48', '100::/64', '2001::/23', '2001:db8::/32'],
  ...['2002::/16', '3fff::/20', '5f00::/16', 'fc00::/7', 'fe80::/10', 'fec0::/10', 'ff00::/8'],
].map(rangeOf);

/** Says whether an address may be connected to. */
export interface AddressGuard {
  /** `allowed`: by the operator, though it is special. */
  judge(address: string): 'public' | 'allowed' | 'forbidden';
}

/**
 * Refuses special addresses but for the ranges that the operator allows (CIDR, e.g. `10.1.0.0/16`).
 * @throws {RangeError} when one of them is no range.
 */
export function addressGuard(allowed: readonly string[]): AddressGuard {
  const exceptions = allowed.map(rangeOf);
  return {
    judge: (address) => {
      const plain = address.split('%')[0] ?? address; // without the zone of a link-local address
      if (exceptions.some((range) => range.holds(plain))) return 'allowed';
      if (parseCidr(plain) === undefined) return 'forbidden';
      return SPECIAL.some((range) => range.holds(plain)) ? 'forbidden' : 'public';
    },
  };
}

function rangeOf(text: string): Cidr {
  const range = parseCidr(text);
  if (range === undefined) throw new RangeError(`${text} is not an IP range.`);
  return range;
}
