// The tables of links against real bytes: every RTM_*LINK message in fixtures/, which iproute2 sent and the kernel
// answered. The headers of the message types are 16 bytes: u32 length, u16 type, u16 flags, u32 sequence, u32 port.
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { datagramsOf } from '../../src/dump/index.ts'
import { align4, Writer } from '../../src/netlink/attribute.ts'
import { type Node, viewOf } from '../../src/netlink/codec.ts'
import { decodeMessageByClosures } from '../../src/netlink/decode.ts'
import { type Body, composeBody, dissectBody } from '../../src/netlink/dissect.ts'
import { NETLINK_ROUTE } from '../../src/netlink/message.ts'
import { type Link, type LinkData, linkMessage } from '../../src/route/link.ts'

const NLMSG_HDRLEN = 16
const fixtures = new URL('../../fixtures/', import.meta.url)
const linkTypes = new Set<number>(Object.values(linkMessage.types))

interface Sample {
  /** File, direction and place, for messages of failing tests. */
  name: string
  sent: boolean
  bytes: Uint8Array
}

/** The bodies of the link messages of one fixture. */
function samples(file: string): Sample[] {
  const found: Sample[] = []
  for (const { bytes, protocol, direction } of datagramsOf(readFileSync(new URL(file, fixtures)))) {
    if (protocol !== NETLINK_ROUTE) continue
    const view = viewOf(bytes)
    for (let at = 0; at + NLMSG_HDRLEN <= bytes.length; ) {
      const length = view.getUint32(at, true)
      if (length < NLMSG_HDRLEN) break
      // nft asks with struct rtgenmsg alone, as programs did before ifinfomsg was checked.
      if (linkTypes.has(view.getUint16(at + 4, true)) && length >= NLMSG_HDRLEN + linkMessage.header.span)
        found.push({
          name: `${file} ${direction} message ${found.length}`,
          sent: direction === 'sent',
          bytes: bytes.slice(at + NLMSG_HDRLEN, at + length),
        })
      at += align4(length)
    }
  }
  return found
}

const files = readdirSync(fixtures, { recursive: true, encoding: 'utf8' })
  .filter(file => file.endsWith('.hex'))
  .toSorted()
const all = files.flatMap(samples)

const dissect = (bytes: Uint8Array): Body => dissectBody(linkMessage, viewOf(bytes), bytes, 0, bytes.length)

/** How many payload bytes of attributes are in leaves that a row names and a codec reads; and which are not. */
function coverage(nodes: readonly Node[], path: string): { typed: number; all: number; unknown: string[] } {
  let typed = 0
  let all = 0
  const unknown: string[] = []
  for (const node of nodes) {
    const where = `${path}/${node.name}${node.name === 'unknown' ? `(${node.type})` : ''}`
    if (node.children) {
      const inner = coverage(node.children, where)
      typed += inner.typed
      all += inner.all
      unknown.push(...inner.unknown)
    } else {
      all += node.length
      if (node.bytes === undefined && node.malformed === undefined) typed += node.length
      else unknown.push(`${where} (${node.length} bytes)`)
    }
  }
  return { typed, all, unknown }
}

describe('links in fixtures', () => {
  it('are there', () => {
    expect(all.length).toBeGreaterThan(200)
  })

  it('come out of their dissected tree as the same bytes', () => {
    for (const { name, bytes } of all) {
      const w = new Writer()
      composeBody(w, dissect(bytes))
      expect(Buffer.from(w.finish()).toString('hex'), name).toBe(Buffer.from(bytes).toString('hex'))
    }
  })

  it('are decoded alike by the compiled decoder and by closures', () => {
    for (const { name, bytes } of all) {
      const compiled = linkMessage.decode(viewOf(bytes), bytes, 0, bytes.length) as Link & { toObject(): object }
      const byClosures = decodeMessageByClosures(linkMessage, viewOf(bytes), bytes, 0, bytes.length) as typeof compiled
      expect(compiled.toObject(), name).toEqual(byClosures.toObject())
    }
  })

  it('consist of attributes that the tables know', () => {
    let typed = 0
    let total = 0
    const unknown = new Map<string, string[]>()
    for (const { name, bytes } of all) {
      const found = coverage(dissect(bytes).attributes, '')
      typed += found.typed
      total += found.all
      for (const path of found.unknown) unknown.set(path, [...(unknown.get(path) ?? []), name])
    }
    const listed = [...unknown].map(([path, names]) => `${path}: ${names.length} times, first in ${names[0]}`)
    const share = typed / total
    console.log(
      [
        `${all.length} link messages, ${total} attribute bytes, ${(100 * share).toFixed(3)} % typed`,
        ...listed.toSorted(),
      ].join('\n'),
    )
    expect(share).toBeGreaterThanOrEqual(0.99)
  })

  it('that iproute2 sent are encoded again from the decoded object to the same bytes', () => {
    const excepted = new Set([
      'bridge/port-set.hex', // the command sets two options twice
      'kind/bond-active-backup.hex', // IFLA_BOND_NUM_PEER_NOTIF twice: num_grat_arp and num_unsol_na
      'link/set-vf-rate.hex', // struct ifla_vf_guid with what was on iproute2's stack in its padding
    ])
    for (const { name, sent, bytes } of all)
      if (sent && !excepted.has(name.split(' ')[0]!)) expect(encodedAgain(bytes), name).toBe(hex(bytes))
  })
})

type LinkInput = Parameters<typeof linkMessage.encode>[1]

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const unhex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(/\s/g, ''), 'hex'))
const decode = (bytes: Uint8Array): Link => linkMessage.decode(viewOf(bytes), bytes, 0, bytes.length)

function encode(input: LinkInput): string {
  const w = new Writer()
  linkMessage.encode(w, input)
  return hex(w.finish())
}

function encodedAgain(bytes: Uint8Array): string {
  const { family, type, index, flags, change, ...attributes } = (
    decode(bytes) as Link & { toObject(): Link }
  ).toObject()
  return encode({ header: { family, type, index, flags, change }, attributes })
}

const none = '00000000000000000000000000000000'

describe('a link request', () => {
  it('makes a veth pair, whose peer is a link inside', () => {
    // ip link add name veth1 type veth peer name veth2
    const bytes = `${none}0a00030076657468310000003000120008000100766574682400020020000100${none}0a0003007665746832000000`
    const peer = { attributes: { name: 'veth2' } }
    expect(encode({ attributes: { name: 'veth1', linkInfo: { kind: 'veth', data: { peer } } } })).toBe(bytes)
    const data = decode(unhex(bytes)).linkInfo?.data as LinkData<'veth'>
    expect(data.peer?.attributes).toEqual({ name: 'veth2' })
    expect(data.peer?.header).toMatchObject({ family: 'unspec', index: 0 })
  })

  it('refuses an option that the kind does not have, and says where', () => {
    const data = { ageingTyme: 3 } as object
    expect(() => encode({ attributes: { linkInfo: { kind: 'bridge', data } } })).toThrow(
      /^linkInfo\.data\.ageingTyme is no attribute of IFLA_BR; one of: forwardDelay, /,
    )
  })

  it('takes the options of a kind that no table knows as bytes', () => {
    const linkInfo = { kind: 'nosuchkind', data: Uint8Array.of(1, 2, 3, 4) }
    const bytes = unhex(encode({ attributes: { linkInfo } }))
    expect(decode(bytes).linkInfo).toEqual(linkInfo)
  })

  it('gives the options of a port by the kind of the master, by the kernel’s name for it and by iproute2’s', () => {
    const slaveData = { state: 'forwarding' } as const
    for (const linkInfo of [
      { slaveKind: 'bridge', slaveData },
      { kind: 'bridge_slave', slaveData },
    ])
      expect(decode(unhex(encode({ attributes: { linkInfo } }))).linkInfo).toEqual(linkInfo)
  })

  it('marks IFLA_PROTINFO of family bridge as nested, or the kernel takes it for one byte', () => {
    // bridge link set dev v1 state 1
    const input = { header: { family: 'bridge', index: 4 }, attributes: { protInfo: { state: 'listening' } } } as const
    expect(encode(input)).toBe('070000000400000000000000000000000c000c800500010001000000')
    expect(encode({ ...input, header: { family: 'inet6' }, attributes: { protInfo: { raMtu: 9 } } })).toContain(
      '0c000c80',
    )
  })

  it('reads IFLA_AF_SPEC by address family, and in family bridge as the bridge’s own', () => {
    const vlans = [{ flags: ['pvid', 'untagged'], vid: 7 }] as const
    const bridge = unhex(encode({ header: { family: 'bridge' }, attributes: { afSpec: { flags: ['self'], vlans } } }))
    expect(decode(bridge).afSpec).toEqual({ flags: ['self'], vlans })
    const inet6 = unhex(encode({ attributes: { afSpec: { inet6: { addrGenMode: 'none' } } } }))
    expect(decode(inet6).afSpec).toEqual({ inet6: { addrGenMode: 'none' } })
  })

  it('sets IPv4’s configuration as attributes, as the kernel takes it, and reads the array that it sends', () => {
    const set = encode({ attributes: { afSpec: { inet: { conf: { rp_filter: 1 } } } } })
    expect(set).toBe(`${none}14001a0010000200 0c000100 0800080001000000`.replaceAll(' ', ''))
    expect(decode(unhex(set)).afSpec).toEqual({ inet: { conf: { rp_filter: 1 } } })
    const told = unhex(`${none}14001a0010000200 0c000100 0100000002000000`)
    expect(decode(told).afSpec?.inet?.conf).toMatchObject({ forwarding: 1, mc_forwarding: 2, proxy_arp: 0 })
    expect(dissect(told).attributes[0]?.children?.[0]?.children?.[0]?.children?.[1]).toMatchObject({
      name: 'IPV4_DEVCONF_MC_FORWARDING',
      value: 2,
    })
  })

  it('takes an alias away with an empty one, not with a NUL byte', () => {
    expect(encode({ attributes: { alias: '' } })).toBe(`${none}04001400`)
  })
})

describe('a decoded link', () => {
  it('has its kind and whether it is up', () => {
    const link = decode(unhex(encode({ header: { flags: ['up'] }, attributes: { linkInfo: { kind: 'ifb' } } })))
    expect([link.kind, link.up]).toEqual(['ifb', true])
    const plain = decode(unhex(encode({ attributes: { name: 'eth0' } })))
    expect([plain.kind, plain.up]).toEqual([undefined, false])
  })

  it('has bridge ids as sysfs has them, and takes iproute2’s form', () => {
    const bytes = (rootId: string): string => encode({ attributes: { linkInfo: { kind: 'bridge', data: { rootId } } } })
    expect(bytes('8000.26:3e:ce:c5:de:de')).toBe(bytes('8000.263ecec5dede'))
    expect(bytes('8000.2:0:0:0:0:10')).toBe(bytes('8000.020000000010'))
    const data = decode(unhex(bytes('8000.263ecec5dede'))).linkInfo?.data
    expect(data).toEqual({ rootId: '8000.263ecec5dede' })
    expect(() => bytes('8000.26')).toThrow('must be a bridge id like 8000.263ecec5dede')
  })

  it('has statistics of older kernels, whose struct is shorter', () => {
    const short = unhex(`${'00'.repeat(16)}bc001700${'01'.padEnd(368, '0')}`)
    expect(decode(short).stats64).toMatchObject({ rxPackets: 1n, rxNohandler: 0n, rxOtherhostDropped: 0n })
  })

  it('has IPv6’s counters by name, whichever order the kernel of the message has them in', () => {
    const message = (entries: Record<number, number>): Uint8Array => {
      const stats = new DataView(new ArrayBuffer(38 * 8))
      for (const [i, value] of Object.entries({ 0: 38, ...entries }))
        stats.setBigUint64(8 * Number(i), BigInt(value), true)
      return unhex(`${none}3c011a0038010a0034010300${hex(new Uint8Array(stats.buffer))}`)
    }
    // 3 packets received without congestion bits; 2 sent, of 152 bytes, to a multicast group
    const since6_15 = message({ 1: 3, 2: 240, 4: 3, 8: 2, 9: 2, 10: 152, 29: 2, 33: 152 })
    const before = message({ 1: 3, 2: 240, 32: 3, 5: 2, 37: 2, 6: 152, 24: 2, 28: 152 })
    expect(decode(since6_15).afSpec?.inet6?.stats).toMatchObject({
      inReceives: 3n,
      inNoECTPkts: 3n,
      outRequests: 2n,
      outTransmits: 2n,
      outOctets: 152n,
      outMcastPkts: 2n,
      outMcastOctets: 152n,
    })
    expect(decode(before).afSpec?.inet6?.stats).toEqual(decode(since6_15).afSpec?.inet6?.stats)
    const silent = { 8: 1, 9: 1, 10: 76, 29: 1, 33: 76 }
    expect(decode(message(silent)).afSpec?.inet6?.stats).toMatchObject({ inReceives: 0n, outOctets: 76n })
  })
})
