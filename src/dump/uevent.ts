// Events of devices (protocol 15), which have no nlmsghdr: what the kernel sends is `ACTION@DEVPATH` and `KEY=value` texts,
// what udev sends on is a header of its own and then such texts. lib/kobject_uevent.c; systemd's
// src/libsystemd/sd-device/device-monitor.c (struct monitor_netlink_header).
import { be32, type Codec, chars, type Node, string, u32, viewOf } from '../netlink/codec.ts'
import { lazy } from '../netlink/lazy.ts'
import { NETLINK_KOBJECT_UEVENT } from '../netlink/message.ts'
import { dissectFields, struct } from '../netlink/struct.ts'
import { strictUtf8, utf8Bytes } from '../netlink/text.ts'
import type { DissectedMessage } from './dissected.ts'

const PREFIX = 'libudev'
const udevHeader = lazy(() =>
  struct('udev_monitor_netlink_header', {
    prefix: ['prefix', chars(8)],
    /** 0xfeedcafe. */
    magic: ['magic', be32],
    headerSize: ['header_size', u32],
    propertiesOffset: ['properties_off', u32],
    propertiesLength: ['properties_len', u32],
    // What receivers' filters compare.
    subsystemHash: ['filter_subsystem_hash', be32],
    deviceTypeHash: ['filter_devtype_hash', be32],
    tagBloomHigh: ['filter_tag_bloom_hi', be32],
    tagBloomLow: ['filter_tag_bloom_lo', be32],
  }),
)

/** The message that a datagram is. Never throws: what is no text is bytes. */
export function dissectUevent(bytes: Uint8Array): DissectedMessage {
  const isUdev = string.read(viewOf(bytes), bytes, 0, PREFIX.length, {}, {}) === PREFIX
  const { span, fields } = udevHeader()
  const head = isUdev ? Math.min(span, bytes.length) : endOfText(bytes, 0)
  const header = isUdev ? dissectFields(fields, viewOf(bytes), bytes, 0, head) : [textNode(bytes, 0, head)]
  const attributes = textNodes(bytes, head)
  return {
    ...{ protocol: NETLINK_KOBJECT_UEVENT, offset: 0, length: bytes.length, padding: 0 },
    ...{ type: 0, flags: 0, flagWords: [], sequence: 0, portId: 0 },
    typeName: actionOf(attributes),
    family: isUdev ? 'udev' : 'uevent',
    header: [],
    fields: header,
    attributes,
  }
}

/** A word that may be printed. */
const ACTION = /^[a-z]{1,16}$/
function actionOf(nodes: readonly Node[]): string {
  const action = nodes.find(node => node.name === 'ACTION')?.value
  return typeof action === 'string' && ACTION.test(action) ? action : 'event'
}

/** Where a text ends: behind its NUL. */
function endOfText(bytes: Uint8Array, p: number): number {
  const nul = bytes.indexOf(0, p)
  return nul < 0 ? bytes.length : nul + 1
}

function textNodes(bytes: Uint8Array, from: number): Node[] {
  const nodes: Node[] = []
  for (let p = from; p < bytes.length; ) {
    const end = endOfText(bytes, p)
    nodes.push(pairNode(bytes, p, end) ?? textNode(bytes, p, end))
    p = end
  }
  return nodes
}

/** A text, or bytes. */
function textNode(bytes: Uint8Array, p: number, end: number): Node {
  const node: Node = { name: 'text', key: 'text', offset: p, length: end - p, codec: string }
  string.dissect!(node, viewOf(bytes), bytes, p, end - p, {}, {})
  return node
}

/** Names that may be printed, and that are no pads. */
const PAIR = /^([A-Za-z][A-Za-z0-9_.:-]*)=/

/** `KEY=value` under the name of its key; undefined where it is none. */
function pairNode(bytes: Uint8Array, p: number, end: number): Node | undefined {
  const isEnded = bytes[end - 1] === 0
  const text = strictUtf8(bytes, p, end - p - (isEnded ? 1 : 0))
  const name = text === undefined ? undefined : PAIR.exec(text)?.[1]
  if (text === undefined || name === undefined) return undefined
  const value = text.slice(name.length + 1)
  return { name, key: name, offset: p, length: end - p, codec: pair, value, ...(isEnded ? {} : { terminators: 0 }) }
}

const pair: Codec<string> = {
  kind: 'string',
  read: string.read,
  write: string.write,
  compose(w, node) {
    w.raw(utf8Bytes(`${node.name}=${node.value}`))
    w.reserve(node.terminators ?? 1)
  },
}
