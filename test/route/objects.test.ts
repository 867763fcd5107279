// Every captured message of the objects beside links: dissect and compose give the same bytes, the compiled decoder
// agrees with the closures, and (nearly) every byte has a name and a type. The captures' first lines say what made them.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { align4, NLA_HDRLEN, Writer } from '../../src/netlink/attribute.ts'
import { type Node, viewOf } from '../../src/netlink/codec.ts'
import { decodeMessageByClosures } from '../../src/netlink/decode.ts'
import { composeBody, dissectBody } from '../../src/netlink/dissect.ts'
import type { Message } from '../../src/netlink/table.ts'
import { addressMessage, anycastAddressMessage, multicastAddressMessage } from '../../src/route/address.ts'
import { addressLabelMessage } from '../../src/route/address-label.ts'
import { bridgeVlanMessage, bridgeVlanRequestMessage } from '../../src/route/bridge-vlan.ts'
import { cacheReportMessage } from '../../src/route/cache-report.ts'
import { mdbMessage, mdbRequestMessage } from '../../src/route/mdb.ts'
import { neighbourMessage, neighbourTableMessage } from '../../src/route/neighbour.ts'
import { netconfMessage } from '../../src/route/netconf.ts'
import { nexthopBucketMessage, nexthopMessage } from '../../src/route/nexthop.ts'
import { nsidMessage } from '../../src/route/nsid.ts'
import { prefixMessage } from '../../src/route/prefix.ts'
import { routeMessage } from '../../src/route/route.ts'
import { ruleMessage } from '../../src/route/rule.ts'
import { statsMessage, statsRequestMessage } from '../../src/route/stats.ts'
import { tunnelMessage } from '../../src/route/tunnel.ts'

type AnyMessage = Message<any, any, any>

const answers: readonly AnyMessage[] = [
  addressMessage,
  anycastAddressMessage,
  multicastAddressMessage,
  addressLabelMessage,
  bridgeVlanMessage,
  bridgeVlanRequestMessage,
  cacheReportMessage,
  mdbMessage,
  neighbourMessage,
  neighbourTableMessage,
  netconfMessage,
  nexthopMessage,
  nexthopBucketMessage,
  nsidMessage,
  prefixMessage,
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
const ofAnswer = byType(answers)
const ofRequest = byType([...answers, ...requests])

// ── the captures ───────────────────────────────────────────────────────────

const NLMSG_HDRLEN = 16
const NLM_F_REQUEST = 1
const fixtures = join(import.meta.dirname, '../../fixtures')

interface Captured {
  file: string
  line: number
  sent: boolean
  flags: number
  message: AnyMessage
  body: Uint8Array
}

function captured(file: string): Captured[] {
  const lines = readFileSync(join(fixtures, file), 'utf8').split('\n')
  if (!lines.some(line => line === '# protocol: route')) return []
  const found: Captured[] = []
  for (const [i, line] of lines.entries()) {
    if (!/^[<>] /.test(line)) continue
    const bytes = Uint8Array.from(Buffer.from(line.slice(2).trim(), 'hex'))
    const view = viewOf(bytes)
    for (let at = 0; at + NLMSG_HDRLEN <= bytes.length; ) {
      const length = view.getUint32(at, true)
      if (length < NLMSG_HDRLEN || at + length > bytes.length) break
      const flags = view.getUint16(at + 6, true)
      const table = flags & NLM_F_REQUEST && line.startsWith('>') ? ofRequest : ofAnswer
      const message = table.get(view.getUint16(at + 4, true))
      const body = bytes.slice(at + NLMSG_HDRLEN, at + length)
      if (message) found.push({ file, line: i + 1, sent: line.startsWith('>'), flags, message, body })
      at += align4(length)
    }
  }
  return found
}

const files = readdirSync(fixtures, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.hex'))
const all = files.sort().flatMap(captured)
const where = (m: Captured): string => `${m.file}:${m.line} (${m.message.name})`

/** iproute2's old dumps send another struct (ifinfomsg, rtgenmsg) than the object's: no type is promised for those. */
const LEGACY_DUMP = 0x300
const isLegacy = (m: Captured): boolean => m.sent && (m.flags & LEGACY_DUMP) === LEGACY_DUMP

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
    expect(all.length).toBeGreaterThan(100)
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

  it('encode to the bytes that were decoded, where the order of attributes is kept', () => {
    let same = 0
    let total = 0
    for (const m of all) {
      if (m.sent) continue
      const decoded = (m.message.decode(viewOf(m.body), m.body, 0, m.body.length) as any).toObject()
      const header: Record<string, unknown> = {}
      const attributes: Record<string, unknown> = {}
      const isField = new Set(m.message.header.fields.map(field => field.key))
      const head = m.message.header.read(viewOf(m.body), m.body, 0, m.message.header.span, {}, {}) as any
      for (const [key, value] of Object.entries(decoded)) {
        if (isField.has(key)) header[key] = head[key]
        if (m.message.table.byKey.has(key) || key === 'unknown') attributes[key] = value
      }
      // A key that is in the header too keeps the header's place; what it stands for is compared by decoding again.
      const writer = new Writer()
      m.message.encode(writer, { header, attributes } as any)
      const again = writer.finish()
      total++
      if (Buffer.compare(again, m.body) === 0) same++
      if (again.length < m.message.header.span) continue
      const second = (m.message.decode(viewOf(again), again, 0, again.length) as any).toObject()
      for (const key of Object.keys(decoded)) expect(second[key], `${where(m)} ${key}`).toEqual(decoded[key])
    }
    expect(total).toBeGreaterThan(0)
    expect(same / total).toBeGreaterThan(0.2)
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
