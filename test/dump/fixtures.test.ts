// Every captured message is taken apart and made again from its typed values, byte for byte.
import { describe, expect, it } from 'vitest'
import { Check } from '../../src/dump/check.ts'
import { Conversation } from '../../src/dump/conversation.ts'
import { composeDatagram, dissect } from '../../src/dump/dissect.ts'
import { datagramsOf } from '../../src/dump/sources/index.ts'
import { fixture, fixtureFiles } from './bytes.ts'

const total = { messages: 0, bytes: 0, namedBytes: 0 }

describe('fixtures', () => {
  it('are there', () => {
    expect(fixtureFiles.length).toBeGreaterThan(300)
  })

  it.each(fixtureFiles)('%s is made again from what was read', file => {
    const check = new Check()
    const conversation = new Conversation()
    const bytes = fixture(file)
    for (const { bytes: datagram, protocol, place } of datagramsOf(bytes)) {
      const messages = dissect(datagram, { protocol, conversation })
      for (const message of messages) check.message(file, place, message, datagram)
      expect(composeDatagram(messages), place).toEqual(datagram)
    }
    total.messages += check.result.messages
    total.bytes += check.result.bytes
    total.namedBytes += check.result.namedBytes
    expect(check.result.failures).toEqual([])
    expect(check.result.identical).toBe(check.result.messages)
  })

  it('have a name and a typed value for at least 99 % of their bytes', () => {
    expect(total.messages).toBeGreaterThan(1500)
    expect(total.namedBytes / total.bytes).toBeGreaterThanOrEqual(0.99)
  })
})
