// The conformance suite over the fake, which plays a kernel that has only lo: once with all that a socket can do, once
// with as little as unix-dgram has.
import { describe } from 'vitest'
import { NLM_F_DUMP } from '../../src/netlink/message.ts'
import type { Capabilities } from '../../src/netlink/socket.ts'
import { EVERY_CAPABILITY } from '../../src/testing/fake-socket.ts'
import { addressMessage, FakeSocket, linkMessage, object, type Script } from '../../src/testing/index.ts'
import { conformance } from './conformance.ts'

const lo = object(linkMessage, 'RTM_NEWLINK', { header: { index: 1, flags: ['up'] }, attributes: { name: 'lo' } })
const notFound = { message: 'ipv4: Device not found' }

const kernel: Script = (sent, socket) => {
  if (sent.type === addressMessage.types.RTM_NEWADDR)
    return [socket.ack(sent, 'ENODEV', socket.capabilities.extendedAck ? notFound : undefined)]
  if (sent.type !== linkMessage.types.RTM_GETLINK) return [socket.ack(sent)]
  return (sent.flags & NLM_F_DUMP) === NLM_F_DUMP ? socket.dump(sent, [lo]) : [socket.reply(sent, lo)]
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
  ['all that a socket can do', EVERY_CAPABILITY],
  ['the least', LEAST],
])('the fake with %s', (_name, capabilities) => {
  conformance(() => new FakeSocket(kernel, { capabilities }), capabilities)
})
