// What `tc … show` prints is what tc 6.1 printed of the very same bytes, character for character.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { play, readFixture } from '../recorded.ts'

const root = join(import.meta.dirname ?? '', '../../../fixtures')

/** Why an output differs, and how. */
const EXCEPTIONS: Readonly<Record<string, (out: string) => string>> = {
  // What the program is, tc asks by bpf(2).
  'tc-filter/show-bpf': out => out.replace(/name \S+ (tag \S+ ).*/, '$1'),
  // tc counts the bits of nat's mask from the wrong end.
  'tc-filter/show-every-action': out => out.replace('nat ingress 10.0.0.0/32', 'nat ingress 10.0.0.0/8'),
  // tc 6.1 does not know that attribute of the kernel's.
  'tc-qdisc/show-taprio': out => out.replace('400000\n\n', `400000\nmax-sdu${' 0'.repeat(16)}\n\n`),
}
/** tc's own is no JSON there, or has a key twice: ours has all of its keys, with the same values. */
const MENDED: Readonly<Record<string, (out: string) => string>> = {
  // u32 has success twice.
  'tc-filter/show-json': out => out,
  // hfsc prints its text into the JSON; tbf has no peak rate and mpu twice, fq throttled twice.
  'tc-qdisc/show-kinds-json': out => out.replace('{default 10 }', '{"default":"0x10"}'),
}
/** tc 6.1 has no JSON of classes and prints their text: ours is that of later versions. */
const TEXT_ONLY = ['tc-class/show-json']

const shown = ['tc-qdisc', 'tc-class', 'tc-filter', 'tc-action']
  .flatMap(area => readdirSync(join(root, area)).map(file => `${area}/${file}`))
  .filter(file => file.endsWith('.out'))
  .map(file => file.replace(/\.out$/, ''))

describe('text and JSON are those of tc', () => {
  it('finds the fixtures', () => expect(shown.length).toBeGreaterThan(30))
  it.each(shown.filter(name => !TEXT_ONLY.includes(name)))('%s', async name => {
    const { out, err, status } = await play(readFixture(join(root, `${name}.hex`)))
    expect(err).toBe('')
    const printed = readFileSync(join(root, `${name}.out`), 'utf8')
    if (MENDED[name]) expect(JSON.parse(out)).toMatchObject(JSON.parse(MENDED[name](printed)))
    else expect(out).toBe(EXCEPTIONS[name]?.(printed) ?? printed)
    expect(status).toBe(0)
  })
})

describe('what tc 6.1 has no JSON of', () => {
  it('classes', async () => {
    const { out } = await play(readFixture(join(root, 'tc-class/show-json.hex')))
    expect(JSON.parse(out)).toEqual([
      {
        class: 'htb',
        handle: '1:10',
        root: true,
        prio: 0,
        quantum: 12500,
        rate: 125000,
        ceil: 250000,
        linklayer: 'ethernet',
        burst: 1600,
        burst_cell: 1,
        mpu_rate: 0,
        cburst: 1600,
        cburst_cell: 1,
        mpu_ceil: 0,
        level: 0,
        stats: {
          ...{ bytes: 176, packets: 2, drops: 0, overlimits: 0, requeues: 0, backlog: 0, qlen: 0 },
          ...{ lended: 2, borrowed: 0, giants: 0, tokens: 189250, ctokens: 94625 },
        },
      },
    ])
  })
})
