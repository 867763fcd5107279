// What needs no kernel: the messages of the captures in fixtures/, and a socket that answers at once.
import { readdirSync, readFileSync } from 'node:fs'
import { walk } from '../src/netlink/message.ts'
import type { Datagram, NetlinkSocket } from '../src/netlink/socket.ts'
import { EVERY_CAPABILITY } from '../src/testing/fake-socket.ts'

export interface Recorded {
  readonly bytes: Uint8Array
  readonly view: DataView
  /** Of each message's payload. */
  readonly spans: readonly (readonly [start: number, end: number])[]
}

/** The messages of `type` that the captures of `ip link show` and the like received, in one buffer. */
export function recorded(directory: URL, type: number): Recorded {
  const parts: Uint8Array[] = []
  for (const file of readdirSync(directory)
    .filter(name => /^show.*\.hex$/.test(name))
    .toSorted()) {
    const lines = readFileSync(new URL(file, directory), 'utf8').split('\n')
    for (const line of lines) if (line.startsWith('< ')) parts.push(Buffer.from(line.slice(2), 'hex'))
  }
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  const view = new DataView(bytes.buffer)
  const spans: [number, number][] = []
  let at = 0
  for (const part of parts) {
    const start = at
    bytes.set(part, start)
    const partView = new DataView(bytes.buffer, start)
    walk(partView, part.length, (found, _flags, _sequence, _port, p, end) => {
      if (found === type) spans.push([start + p + 16, start + end])
    })
    at += part.length
  }
  return { bytes, view, spans }
}

/** The longest of them, from its nlmsghdr on. */
export function longest({ bytes, spans }: Recorded): Uint8Array {
  const [start, end] = spans.toSorted((a, b) => b[1] - b[0] - (a[1] - a[0]))[0]!
  return bytes.slice(start - 16, end)
}

/** A socket whose kernel answers every request with the same message, in no time. */
export function instantSocket(reply: Uint8Array): NetlinkSocket {
  const view = new DataView(reply.buffer)
  const datagram: Datagram = { bytes: reply, view, length: reply.length, sender: 0, nsid: -1 }
  let waiting = false
  return {
    protocol: 0,
    portId: view.getUint32(12, true),
    capabilities: EVERY_CAPABILITY,
    sendLimit: 100_000,
    send(bytes) {
      // nlmsg_seq
      reply.set(bytes.subarray(8, 12), 8)
      waiting = true
    },
    receive() {
      if (!waiting) return undefined
      waiting = false
      return datagram
    },
    wait: () => true,
    onReadable() {},
    keepAlive() {},
    join() {},
    listenAllNamespaces() {},
    close() {},
  }
}
