// The conformance suite over the fake, which plays a kernel that has only lo: once with all that a socket can do, once
// with as little as unix-dgram has.
import { describe } from 'vitest'
import { Writer } from '../../src/netlink/attribute.ts'
import { EXTENDED_ACK } from '../../src/netlink/error.ts'
import { NLM_F_DUMP, NLM_F_MULTI } from '../../src/netlink/message.ts'
import type { Capabilities } from '../../src/netlink/socket.ts'
import { addressMessage } from '../../src/route/address.ts'
import { linkMessage } from '../../src/route/link.ts'
import { conformance } from './conformance.ts'
import { FakeSocket, type Script } from './fake-socket.ts'

const ENODEV = 19
const lo = new Writer()
linkMessage.encode(lo, { header: { index: 1, flags: ['up'] }, attributes: { name: 'lo' } })
const notFound = new Writer()
EXTENDED_ACK.encode(notFound, { message: 'ipv4: Device not found' }, {})

const kernel: Script = (sent, socket) => {
  if (sent.type === addressMessage.types.RTM_NEWADDR)
    return [socket.ack(sent, ENODEV, socket.capabilities.extendedAck ? notFound.finish() : undefined)]
  if (sent.type !== linkMessage.types.RTM_GETLINK) return [socket.ack(sent)]
  const dump = (sent.flags & NLM_F_DUMP) === NLM_F_DUMP
  const answer = socket.message(sent.sequence, linkMessage.types.RTM_NEWLINK, dump ? NLM_F_MULTI : 0, lo.finish())
  return dump ? [answer, socket.done(sent)] : [answer]
}

const EVERYTHING: Capabilities = {
  sync: true,
  extendedAck: true,
  strict: true,
  sender: true,
  groups: true,
  workers: true,
  acks: 128,
}
const LEAST: Capabilities = {
  sync: false,
  extendedAck: false,
  strict: false,
  sender: false,
  groups: false,
  workers: false,
  acks: 64,
}

describe.each([
  ['all that a socket can do', EVERYTHING],
  ['the least', LEAST],
])('the fake with %s', (_name, capabilities) => {
  conformance(() => new FakeSocket(kernel, { capabilities }), capabilities)
})
