// Hostile bytes: mutated captures give no exception, print in every format, and come out as they went in.
import fc from 'fast-check'
import picocolors from 'picocolors'
import { describe, expect, it } from 'vitest'
import { callFor } from '../../src/dump/code/code.ts'
import { differencesOf, entriesOf } from '../../src/dump/compare.ts'
import { Conversation } from '../../src/dump/conversation.ts'
import { composeDatagram, dissect, problems } from '../../src/dump/dissect.ts'
import { isGlance } from '../../src/dump/glance.ts'
import { type Format, line, print } from '../../src/dump/print.ts'
import { planOf } from '../../src/dump/replay/plan.ts'
import { Recording } from '../../src/dump/replay/recording.ts'
import { jsonReport, textReport } from '../../src/dump/replay/report.ts'
import { datagramsOf, SourceError } from '../../src/dump/sources/index.ts'
import { NLM_F_REQUEST } from '../../src/netlink/message.ts'
import { bytesOf, captureFiles, cooked, fixture, fixtureFiles, glance, pcapFile, pcapngFile } from './bytes.ts'
import { caseOf, check } from './fuzzer.ts'

const datagrams = fixtureFiles.flatMap(file => {
  const bytes = fixture(file)
  return [...datagramsOf(bytes)].filter(datagram => datagram.bytes.length <= 4096)
})

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 3000)

/** Bytes set to other values, mostly small or extreme ones; and the end cut off. */
const mutation = fc.record({
  which: fc.nat(datagrams.length - 1),
  changes: fc.array(
    fc.record({
      at: fc.nat(4096),
      value: fc.oneof(fc.constantFrom(0, 1, 2, 3, 4, 5, 8, 16, 127, 128, 255), fc.nat(255)),
    }),
    { maxLength: 8 },
  ),
  cut: fc.option(fc.nat(4096), { freq: 4 }),
})

function mutate(original: Uint8Array, changes: readonly { at: number; value: number }[], cut: number | null) {
  const bytes = original.slice(0, cut === null ? original.length : cut % (original.length + 1))
  for (const { at, value } of changes) if (bytes.length > 0) bytes[at % bytes.length] = value
  return bytes
}

describe('mutated datagrams', () => {
  it('are shown without an exception, as valid JSON, and composed to the same bytes', () => {
    fc.assert(
      fc.property(mutation, ({ which, changes, cut }) => {
        const { bytes: original, protocol } = datagrams[which]!
        const datagram = mutate(original, changes, cut)
        const messages = dissect(datagram, { protocol })
        for (const message of messages) {
          for (const format of ['line', 'tree', 'hex'] satisfies Format[])
            print({ message, datagram, number: 1 }, { format })
          JSON.parse(print({ message, datagram, number: 1 }, { format: 'json' }))
        }
        expect(composeDatagram(messages)).toEqual(datagram)
      }),
      { numRuns: RUNS },
    )
  })

  it('that nothing is wrong with give the same line at a glance', () => {
    fc.assert(
      fc.property(mutation, ({ which, changes, cut }) => {
        const { bytes: original, protocol } = datagrams[which]!
        const datagram = mutate(original, changes, cut)
        const dissected = dissect(datagram, { protocol })
        const seen = glance(datagram, protocol)
        expect(seen.map(({ offset, length }) => [offset, length])).toEqual(
          dissected.map(({ offset, length }) => [offset, length]),
        )
        for (const [i, message] of seen.entries()) {
          if (!isGlance(message)) continue
          expect(problems(dissected[i]!)).toEqual([])
          expect(line(message, 1, {})).toBe(print({ message: dissected[i]!, datagram, number: 1 }, { format: 'line' }))
        }
      }),
      { numRuns: RUNS },
    )
  })

  it('that answer a request are explained beside it', () => {
    fc.assert(
      fc.property(mutation, mutation, (first, second) => {
        const conversation = new Conversation()
        const shown: string[] = []
        for (const [i, { which, changes, cut }] of [
          first,
          { ...second, which: (first.which + 1) % datagrams.length },
        ].entries()) {
          const { bytes: original, protocol } = datagrams[which]!
          const datagram = i === 0 ? original : mutate(original, changes, cut)
          for (const message of dissect(datagram, { protocol, conversation })) {
            const relation = conversation.relate(message, { time: 0n })
            shown.push(print({ message, datagram, number: i, origin: { relation } }, { format: 'line' }))
          }
        }
        for (const text of shown) expect(text).not.toMatch(/[^\P{Cc}\n]/u)
      }),
      { numRuns: RUNS / 4 },
    )
  })

  it('are planned to be sent again, each number at its place', () => {
    const words = { fd: new Map(), pid: new Map(), nsid: new Map(), link: new Map(), family: new Map(), in: new Map() }
    fc.assert(
      fc.property(mutation, ({ which, changes, cut }) => {
        const datagram = { ...datagrams[which]!, bytes: mutate(datagrams[which]!.bytes, changes, cut) }
        const recording = new Recording()
        for (const message of dissect(datagram.bytes, {
          protocol: datagram.protocol,
          conversation: recording.conversation,
        }))
          recording.add(message, datagram, true)
        const recorded = recording.finish()
        for (const { bytes, references } of recorded)
          for (const { at, size } of references) expect(at + size).toBeLessThanOrEqual(bytes.length)
        const planned = planOf(recorded, words)
        for (const request of planned) {
          expect(textReport(picocolors.createColors(false), true).request(request)).not.toMatch(/[^\P{Cc}\n]/u)
          JSON.parse(jsonReport.request(request))
        }
      }),
      { numRuns: RUNS },
    )
  })

  it('are compared, and are calls that make the same bytes', () => {
    fc.assert(
      fc.property(mutation, ({ which, changes, cut }) => {
        const { bytes: original, protocol } = datagrams[which]!
        const datagram = mutate(original, changes, cut)
        const [before] = dissect(original, { protocol })
        for (const message of dissect(datagram, { protocol })) {
          differencesOf(entriesOf(before!), entriesOf(message))
          if (message.malformed) continue
          const bytes = datagram.slice(message.offset, message.offset + message.length)
          const { text } = callFor(message, bytes)
          // Its length is computed, and padding behind the last attribute is no part of a message.
          if (message.flags & NLM_F_REQUEST) expect(bytesOf(text, bytes).slice(16)).toEqual(bytes.slice(16))
        }
      }),
      { numRuns: RUNS / 4 },
    )
  })

  it('of noise are the same', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.constantFrom(0, 4, 16), (datagram, protocol) => {
        const messages = dissect(datagram, { protocol })
        for (const message of messages) JSON.parse(print({ message, datagram, number: 1 }, { format: 'json' }))
        expect(composeDatagram(messages)).toEqual(datagram)
      }),
      { numRuns: RUNS },
    )
  })
})

describe("the fuzzer's rounds", () => {
  it('end without a finding', () => {
    const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 31)
    for (let round = 0; round < RUNS; round++) {
      const again = `npm run fuzz -- --seed ${seed} --from ${round} --rounds 1`
      expect(() => check(caseOf(seed, round), round, { json: 2, views: 4, code: 8 }), again).not.toThrow()
    }
  })
})

describe('mutated captures', () => {
  const packets = datagrams.slice(0, 4).map(datagram => cooked(datagram.bytes, 0))
  const files = [
    pcapFile(packets, {}),
    pcapFile(packets, { order: 'big' }),
    pcapngFile(packets),
    pcapngFile(packets, 'big'),
    ...captureFiles.map(file => fixture(`captures/${file}`)),
  ]

  it('end in nothing but a SourceError', () => {
    fc.assert(
      fc.property(fc.nat(files.length - 1), mutation, (which, { changes, cut }) => {
        const bytes = mutate(files[which]!, changes, cut)
        try {
          for (const datagram of datagramsOf(bytes)) dissect(datagram.bytes)
        } catch (error) {
          expect(error).toBeInstanceOf(SourceError)
        }
      }),
      { numRuns: RUNS },
    )
  })

  it('with lines in any order are the same', () => {
    const lines = captureFiles
      .filter(file => /\.(strace|txt|c)$/.test(file))
      .flatMap(file =>
        Buffer.from(fixture(`captures/${file}`))
          .toString('latin1')
          .split('\n')
          .slice(0, 60),
      )
    const line = fc.oneof(
      fc.constantFrom(...lines),
      fc.string({ unit: 'binary-ascii', maxLength: 60 }),
      fc.constantFrom(
        '*',
        '{',
        '"',
        '/*',
        '<... sendto resumed>) = 9',
        ' = 1 buffers in vector 0',
        '00000000',
        '# protocol: 0',
      ),
    )
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), lines => {
        try {
          for (const datagram of datagramsOf(Buffer.from(lines.join('\n'), 'latin1'))) dissect(datagram.bytes)
        } catch (error) {
          expect(error).toBeInstanceOf(SourceError)
        }
      }),
      { numRuns: RUNS },
    )
  })

  it.each([
    '(',
    ' ',
    '"',
    '\\',
    '\\x',
    '0',
    '0x1,',
    '{',
    'a(',
    '[pid ',
    '<... ',
    '= ',
    "'",
    '=',
    'char ',
    '<unfinished ...>',
  ])(
    '200 KB of %j take no time that is worth speaking of',
    part => {
      const long = part.repeat(200_000 / part.length)
      for (const [before, after] of [
        ['', ''],
        ['socket(', ') = 3'],
        ['0000: 00', ''],
        ['char a[] = {', '}'],
        ['> 00', ''],
        ['openat(', ') = 3'],
      ])
        try {
          for (const datagram of datagramsOf(Buffer.from(`read(3) = 16\n${before}${long}${after}`)))
            expect(datagram).toBeDefined()
          for (const datagram of datagramsOf(Buffer.from(`${before}${long}${after}`))) expect(datagram).toBeDefined()
        } catch (error) {
          expect(error).toBeInstanceOf(SourceError)
        }
    },
    20_000,
  )
})
