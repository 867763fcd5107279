// What `tc` sends: for each fixture that changes something, the requests of our grammar are those of tc, byte for byte.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { NLM_F_ACK } from '../../../src/netlink/message.ts'
import { hexText } from '../../../src/netlink/text.ts'
import { actionMessage } from '../../../src/route/tc/action.ts'
import { filterMessage, qdiscMessage } from '../../../src/route/tc/tc.ts'
import { meaning } from '../../ops/requests.ts'
import { type Fixture, play, readFixture } from '../recorded.ts'

const root = join(import.meta.dirname ?? '', '../../../fixtures')

/** Programs in object files need a loader of ELF files and BTF: said plainly, and refused. */
const OBJECTS = /object-file/
/** tc compares a device's number with a name there, which no kernel takes: ours compares its name. */
const WRONG = ['tc-filter/basic-meta']

const AREAS = ['tc-qdisc', 'tc-class', 'tc-filter', 'tc-action']

const fixtures: readonly (readonly [name: string, fixture: Fixture])[] = AREAS.flatMap(area =>
  readdirSync(join(root, area)).map(file => `${area}/${file}`),
)
  .filter(file => file.endsWith('.hex'))
  .map(file => [file.replace(/\.hex$/, ''), readFixture(join(root, file))] as const)
  .filter(
    ([name, { command }]) =>
      / (add|change|replace|link|del|flush) /.test(command) &&
      !OBJECTS.test(command) &&
      !name.includes('bpf-object') &&
      !WRONG.includes(name),
  )

/** Without their sequence numbers. */
const plain = (bytes: Uint8Array): string => {
  const copy = bytes.slice()
  copy.fill(0, 8, 16)
  return hexText(copy)
}
const changes = ({ requests }: Fixture): string[] => requests.filter(bytes => (bytes[6]! & NLM_F_ACK) !== 0).map(plain)

const MESSAGES = [qdiscMessage, filterMessage, actionMessage]

/** Ours is other bytes that mean the same, and why. */
const OTHERWISE: Readonly<Record<string, string>> = {
  'tc-qdisc/gred-vq': 'with NLA_F_NESTED on the list of queues and its entries, as the kernel has them in its answers',
  'tc-action/simple': "the text alone: tc sends 32 bytes, what lies behind the text's end in its memory too",
  'tc-filter/every-action': 'as of tc-action/simple and tunnel-key-geneve',
  'tc-filter/flower-geneve': 'with NLA_F_NESTED on the options, as the kernel has them in its answers',
  'tc-action/tunnel-key-geneve': 'with NLA_F_NESTED on the options, as the kernel has them in its answers',
}

describe('the requests are those of tc', () => {
  it('finds the fixtures', () => expect(fixtures.length).toBeGreaterThan(160))
  it.each(fixtures.filter(([name]) => name in OTHERWISE))('%s, in other bytes', async (_name, fixture) => {
    const { changes: sent } = await play(fixture)
    expect(sent.map(plain)).not.toEqual(changes(fixture))
    const meant = (text: string): unknown => {
      const bytes = Uint8Array.from(Buffer.from(text, 'hex'))
      return meaning(MESSAGES.find(({ types }) => Object.values(types).includes(bytes[4]!))!, bytes)
    }
    expect(sent.map(plain).map(meant)).toEqual(changes(fixture).map(meant))
  })
  it.each(fixtures.filter(([name]) => !(name in OTHERWISE)))('%s', async (_name, fixture) => {
    const { err, changes: sent } = await play(fixture, fixture.command.replace(/; true$/, ''))
    expect(err).toBe('')
    expect(sent.map(plain)).toEqual(changes(fixture))
  })
})
