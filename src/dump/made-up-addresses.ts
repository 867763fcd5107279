// Link-layer addresses that the kernel made up, and what it makes of them: link-local IPv6 addresses, ids of bridges.
// They are others at every run.

const MAC = /^(?:[\da-f]{2}:){5}[\da-f]{2}$/
const LOCAL = 0x02
const MULTICAST = 0x01

export class MadeUpAddresses {
  private readonly fromRequests = new Set<string>()
  /** What is made of each made-up address, in the forms in which it is printed. */
  private readonly forms = new Map<string, string>()

  /** A value of a request: an address that it gives is none that the kernel makes up. */
  given(value: string): void {
    if (MAC.test(value)) this.fromRequests.add(value)
  }

  /** A value of an answer with `word` of the address in it; undefined where it has none. */
  replaced(value: string, word: (address: string) => string): string | undefined {
    if (this.isMadeUp(value)) {
      for (const form of derived(value)) this.forms.set(form, value)
      return word(value)
    }
    for (const [form, address] of this.forms) if (value.includes(form)) return value.replace(form, `(${word(address)})`)
    return undefined
  }

  /** net/core: eth_hw_addr_random sets the bit of addresses that nobody assigned. */
  private isMadeUp(value: string): boolean {
    if (!MAC.test(value) || this.fromRequests.has(value)) return false
    return (Number.parseInt(value.slice(0, 2), 16) & (LOCAL | MULTICAST)) === LOCAL
  }
}

/** `8000.0a1b2c3d4e5f`, `fe80::81b:2cff:fe3d:4e5f`, and the groups `ff02::1:ff3d:4e5f` of `0a:1b:2c:3d:4e:5f`. */
function derived(mac: string): string[] {
  const bytes = mac.split(':').map(pair => Number.parseInt(pair, 16))
  const [a, b, c, d, e, f] = bytes as [number, number, number, number, number, number]
  const words = [((a ^ LOCAL) << 8) | b, (c << 8) | 0xff, 0xfe00 | d, (e << 8) | f]
  const hex = (...parts: number[]): string => parts.map(word => word.toString(16)).join(':')
  const group = [`ff02::${hex(1, 0xff00 | d, (e << 8) | f)}`, `33:33:ff:${mac.slice(9)}`]
  return [mac, mac.replaceAll(':', ''), hex(...words), ...group]
}
