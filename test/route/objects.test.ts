// Every captured message of the objects beside links: dissect and compose give the same bytes, the compiled decoder
// agrees with the closures, and (nearly) every byte has a name and a type. The captures' first lines say what made them.
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import { controllerMessage, GENL_ID_CTRL } from '../../src/generic/controller.ts'
import * as ethtool from '../../src/generic/ethtool.ts'
import { mptcpEventMessage, mptcpMessage } from '../../src/generic/mptcp.ts'
import * as netdev from '../../src/generic/netdev.ts'
import { tcpMetricsMessage } from '../../src/generic/tcp-metrics.ts'
import { align4, NLA_HDRLEN, Writer } from '../../src/netlink/attribute.ts'
import { type Node, viewOf } from '../../src/netlink/codec.ts'
import { decodeMessageByClosures } from '../../src/netlink/decode.ts'
import { composeBody, dissectBody } from '../../src/netlink/dissect.ts'
import type { Message } from '../../src/netlink/table.ts'
import { addressMessage, anycastAddressMessage, multicastAddressMessage } from '../../src/route/address.ts'
import { addressLabelMessage } from '../../src/route/address-label.ts'
import { bridgeVlanMessage, bridgeVlanRequestMessage } from '../../src/route/bridge-vlan.ts'
import { cacheReportMessage } from '../../src/route/cache-report.ts'
import { dcbMessage } from '../../src/route/dcb.ts'
import { mdbMessage, mdbRequestMessage } from '../../src/route/mdb.ts'
import { neighbourMessage, neighbourTableMessage } from '../../src/route/neighbour.ts'
import { netconfMessage } from '../../src/route/netconf.ts'
import { nexthopBucketMessage, nexthopMessage } from '../../src/route/nexthop.ts'
import { nsidMessage } from '../../src/route/nsid.ts'
import { prefixMessage } from '../../src/route/prefix.ts'
import { routeMessage } from '../../src/route/route.ts'
import { ruleMessage } from '../../src/route/rule.ts'
import { statsMessage, statsRequestMessage } from '../../src/route/stats.ts'
import { actionMessage } from '../../src/route/tc/action.ts'
import { chainMessage, classMessage, filterMessage, qdiscMessage } from '../../src/route/tc/tc.ts'
import { tunnelMessage } from '../../src/route/tunnel.ts'

type AnyMessage = Message<any, any, any>

const answers: readonly AnyMessage[] = [
  actionMessage,
  addressMessage,
  anycastAddressMessage,
  multicastAddressMessage,
  addressLabelMessage,
  bridgeVlanMessage,
  bridgeVlanRequestMessage,
  cacheReportMessage,
  chainMessage,
  classMessage,
  dcbMessage,
  filterMessage,
  mdbMessage,
  neighbourMessage,
  neighbourTableMessage,
  netconfMessage,
  nexthopMessage,
  nexthopBucketMessage,
  nsidMessage,
  prefixMessage,
  qdiscMessage,
  routeMessage,
  ruleMessage,
  statsMessage,
  statsRequestMessage,
  tunnelMessage,
]
/** Objects whose requests have attributes with numbers of their own. */
const requests: readonly AnyMessage[] = [mdbRequestMessage]

const byType = (messages: readonly AnyMessage[]): Map<number, AnyMessage> =>
  new Map(messages.flatMap(m => Object.values(m.types).map((type): [number, AnyMessage] => [type, m])))

/** By family of generic netlink, then by command: what is sent, and what is received. */
const isMessage = (value: unknown): value is AnyMessage =>
  typeof value === 'object' && value !== null && 'types' in value
const netdevMessages = byType((Object.values(netdev) as unknown[]).filter(isMessage))
const ethtoolPairs = Object.values(ethtool).filter(value => 'request' in value && 'reply' in value) as unknown as {
  request: AnyMessage
  reply: AnyMessage
}[]
const generic: Readonly<Record<string, { sent: Map<number, AnyMessage>; received: Map<number, AnyMessage> }>> = {
  nlctrl: { sent: byType([controllerMessage]), received: byType([controllerMessage]) },
  mptcp_pm: { sent: byType([mptcpMessage]), received: byType([mptcpEventMessage, mptcpMessage]) },
  tcp_metrics: { sent: byType([tcpMetricsMessage]), received: byType([tcpMetricsMessage]) },
  netdev: { sent: netdevMessages, received: netdevMessages },
  ethtool: { sent: byType(ethtoolPairs.map(p => p.request)), received: byType(ethtoolPairs.map(p => p.reply)) },
}
const route = { sent: byType([...answers, ...requests]), received: byType(answers) }

// ── the captures ───────────────────────────────────────────────────────────

const NLMSG_HDRLEN = 16
const NLMSG_MIN_TYPE = 16
const here = import.meta.dirname
const fixtures = join(here, '../../fixtures')

interface Captured {
  file: string
  line: number
  sent: boolean
  flags: number
  message: AnyMessage
  body: Uint8Array
}

const isGeneric = (lines: readonly string[]): boolean => lines.includes('# protocol: generic')

/** The messages of a capture that belong to one of the objects above. */
function captured(path: string): Captured[] {
  const lines = readFileSync(path, 'utf8').split('\n')
  if (!lines.includes('# protocol: route') && !isGeneric(lines)) return []
  const families = new Map([[GENL_ID_CTRL, 'nlctrl']])
  const found: Captured[] = []
  for (const [i, line] of lines.entries()) {
    if (!/^[<>] /.test(line)) continue
    const sent = line.startsWith('>')
    const bytes = Uint8Array.from(Buffer.from(line.slice(2).trim(), 'hex'))
    const view = viewOf(bytes)
    for (let at = 0; at + NLMSG_HDRLEN <= bytes.length; ) {
      const length = view.getUint32(at, true)
      if (length < NLMSG_HDRLEN || at + length > bytes.length) break
      const type = view.getUint16(at + 4, true)
      const body = bytes.slice(at + NLMSG_HDRLEN, at + length)
      const message = isGeneric(lines)
        ? generic[families.get(type) ?? '']?.[sent ? 'sent' : 'received'].get(body[0]!)
        : route[sent ? 'sent' : 'received'].get(type)
      if (message && type >= NLMSG_MIN_TYPE)
        found.push({ file: path, line: i + 1, sent, flags: view.getUint16(at + 6, true), message, body })
      if (message === controllerMessage) learn(families, body)
      at += align4(length)
    }
  }
  return found
}

/** Families have numbers that differ from boot to boot: the controller's answers say them. */
function learn(families: Map<number, string>, body: Uint8Array): void {
  const { familyId, familyName } = controllerMessage.decode(viewOf(body), body, 0, body.length)
  if (familyId !== undefined && familyName !== undefined) families.set(familyId, familyName)
}

const files = readdirSync(fixtures, { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.hex'))
  .sort()
  .map(name => join(fixtures, name))
const all = [...files, join(here, 'objects.requests.hex'), join(here, 'objects.generic.hex')].flatMap(captured)
const where = (m: Captured): string => `${relative(join(here, '../..'), m.file)}:${m.line} (${m.message.name})`

/** iproute2's old dumps send another struct (ifinfomsg, rtgenmsg) than the object's: no type is promised for those. */
const LEGACY_DUMP = 0x300
const isLegacy = (m: Captured): boolean => m.sent && (m.flags & LEGACY_DUMP) === LEGACY_DUMP && !isWhole(m)
const isWhole = (m: Captured): boolean => {
  const nodes = dissectBody(m.message, viewOf(m.body), m.body, 0, m.body.length).attributes
  return m.body.length >= m.message.header.span && nodes.every(node => !node.malformed && node.name !== 'unknown')
}

// ── the share of bytes with a name and a type ──────────────────────────────

interface Share {
  typed: number
  bytes: number
  unknown: Map<string, number>
}

/** Counts the bytes of leaves; the 4 bytes of an attribute's header count with what they head. */
function count(nodes: readonly Node[], path: string, share: Share): void {
  for (const node of nodes) {
    const header = node.type === undefined || node.malformed !== undefined ? 0 : NLA_HDRLEN
    const name = `${path}/${node.name === 'unknown' ? `#${node.type}` : node.name}`
    const named = node.codec !== undefined && node.bytes === undefined
    const own = header + (node.children ? 0 : node.length)
    share.bytes += own
    if (named) share.typed += own
    else share.unknown.set(name, (share.unknown.get(name) ?? 0) + own)
    if (node.children) count(node.children, name, share)
  }
}

describe('captured messages', () => {
  it('are there', () => {
    expect(all.length).toBeGreaterThan(500)
  })

  it('compose to the bytes that were dissected', () => {
    for (const m of all) {
      const writer = new Writer()
      composeBody(writer, dissectBody(m.message, viewOf(m.body), m.body, 0, m.body.length))
      expect(Buffer.from(writer.finish()).toString('hex'), where(m)).toBe(Buffer.from(m.body).toString('hex'))
    }
  })

  it('decode alike, compiled and by closures', () => {
    for (const m of all) {
      if (isLegacy(m)) continue
      const compiled = m.message.decode(viewOf(m.body), m.body, 0, m.body.length)
      const closures = decodeMessageByClosures(m.message, viewOf(m.body), m.body, 0, m.body.length)
      expect((compiled as any).toObject(), where(m)).toEqual((closures as any).toObject())
    }
  })

  it('are written from what was decoded so that they decode alike', () => {
    for (const m of all) {
      if (isLegacy(m)) continue
      const decoded = (m.message.decode(viewOf(m.body), m.body, 0, m.body.length) as any).toObject()
      const { span, fields } = m.message.header
      const header = m.message.header.read(viewOf(m.body), m.body, 0, span, {}, {}) as Record<string, unknown>
      const attributes = Object.fromEntries(
        Object.entries(decoded).filter(([key]) => m.message.table.byKey.has(key) || key === 'unknown'),
      )
      // A key of both header and table (flags, table) is the attribute's if it is there; else the header has it.
      for (const { key } of fields) if (isDeepStrictEqual(attributes[key], header[key])) delete attributes[key]
      const writer = new Writer()
      m.message.encode(writer, { header, attributes } as any)
      const again = writer.finish()
      const second = (m.message.decode(viewOf(again), again, 0, again.length) as any).toObject()
      expect(second, where(m)).toEqual(decoded)
    }
  })

  it('have a name and a type for 99 bytes in 100', () => {
    const share: Share = { typed: 0, bytes: 0, unknown: new Map() }
    for (const m of all) {
      if (isLegacy(m)) continue
      const { attributes } = dissectBody(m.message, viewOf(m.body), m.body, 0, m.body.length)
      count(attributes, m.message.name, share)
    }
    const list = [...share.unknown].map(([name, bytes]) => `${name}: ${bytes}`).join('\n')
    if (list) console.log(`${share.typed} of ${share.bytes} bytes are typed; not:\n${list}`)
    expect(share.typed / share.bytes, list).toBeGreaterThanOrEqual(0.99)
  })
})
