/** A range of addresses of one family. */
export interface Cidr {
  holds(address: string): boolean;
}

/** Whether a text is an IPv4 or IPv6 address (RFC 4291 §2.2), without a zone. */
export function isIpAddress(text: string): boolean {
  return bitsOf(text) !== undefined;
}

/** Reads `10.0.0.0/8` or `2001:db8::/32`; undefined when it is no such range. An address alone is the range of itself. */
export function parseCidr(text: string): Cidr | undefined {
  const [base = '', length, ...rest] = text.split('/');
  const bits = bitsOf(base);
  if (bits === undefined || rest.length > 0) return undefined;
  const prefix = length === undefined ? bits.length : prefixLength(length, bits.length);
  if (prefix === undefined) return undefined;
  const wanted = bits.slice(0, prefix);
  return {
    holds: (address) => {
      const own = bitsOf(address);
      return own !== undefined && own.length === bits.length && own.startsWith(wanted);
    },
  };
}

function prefixLength(text: string, max: number): number | undefined {
  if (!/^\d{1,3}$/.test(text)) return undefined;
  const length = Number(text);
  return length <= max ? length : undefined;
}

/** The address as a text of 32 or 128 binary digits. */
function bitsOf(address: string): string | undefined {
  return address.includes(':') ? ipv6Bits(address) : ipv4Bits(address);
}

function ipv4Bits(address: string): string | undefined {
  const parts = address.split('.');
  if (parts.length !== 4) return undefined;
  let bits = '';
  for (const part of parts) {
    if (!/^(?:0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined;
    bits += Number(part).toString(2).padStart(8, '0');
  }
  return bits;
}

const GROUPS = 8;

function ipv6Bits(address: string): string | undefined {
  const halves = address.split('::');
  if (halves.length > 2) return undefined;
  const head = groupBits(halves[0] ?? '', halves.length === 1);
  const tail = halves.length === 2 ? groupBits(halves[1] ?? '', true) : '';
  if (head === undefined || tail === undefined) return undefined;
  const missing = GROUPS * 16 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 16) return undefined;
  return head + '0'.repeat(missing) + tail;
}

/** The groups on one side of `::`; an IPv4 tail is allowed where the address ends. */
function groupBits(text: string, endsAddress: boolean): string | undefined {
  if (text === '') return '';
  const groups = text.split(':');
  let bits = '';
  for (const [index, group] of groups.entries()) {
    const tail =
      endsAddress && index === groups.length - 1 && group.includes('.') ? ipv4Bits(group) : undefined;
    if (tail !== undefined) bits += tail;
    else if (/^[0-9a-fA-F]{1,4}$/.test(group)) bits += parseInt(group, 16).toString(2).padStart(16, '0');
    else return undefined;
  }
  return bits;
}
