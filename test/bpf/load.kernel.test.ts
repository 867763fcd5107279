// Programs of objects in the running kernel: as iproute2 loads them, seen in the traffic, and nothing left behind.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest'
import { readObject } from '../../src/bpf/object.ts'
import { machine } from '../../src/cli/host.ts'
import { main } from '../../src/cli/main.ts'
import { address, BpfError, bpf, link, Netlink, type Netns, netns, tc } from '../../src/index.ts'
import { mountBpf, pinnedCount, pinProgram, programFacts } from '../bpf.ts'

const OBJECTS = '/run/objects'
const SHARED = `${OBJECTS}/tc/globals/shared`
const scratch = mkdtempSync(join(tmpdir(), 'netloom-bpf-'))
/** Both ends are in namespaces of their own: what other tests did to this one's routing is no matter. */
const OUTSIDE = 'bpf-outside'
let host: Netlink
let outside: Netns
let inside: Netns

beforeAll(async () => {
  mountBpf(OBJECTS)
  process.env['TC_BPF_MNT'] = OBJECTS
  outside = netns.create(OUTSIDE)
  inside = netns.create('bpf-inside')
  host = Netlink.open({ netns: outside })
  await host.run(link.add({ kind: 'veth', name: 'v1', up: true, peer: { name: 'v2', netns: inside } }))
  await host.run(address.add({ dev: 'v1', address: '192.0.2.1/24' }))
  const there = Netlink.open({ netns: inside })
  await there.batch([address.add({ dev: 'v2', address: '192.0.2.2/24' }), link.set('v2', { up: true })])
  there.close()
})
afterAll(async () => {
  host.close()
  outside.close()
  inside.close()
  for (const name of [OUTSIDE, 'bpf-inside']) await netns.delete(name, { force: true })
  rmSync(scratch, { recursive: true })
})
beforeEach(async () => {
  await host.run(tc.qdisc.delete({ dev: 'v1', kind: 'clsact' })).catch(() => {})
  await host.run(tc.qdisc.add({ dev: 'v1', kind: 'clsact' }))
  rmSync(`${OBJECTS}/tc`, { recursive: true, force: true })
})

/** An object of the fixtures with bytes changed, in a file of its own. */
function changed(name: string, change: (bytes: Uint8Array) => void): string {
  const bytes = readFileSync(`fixtures/bpf/${name}.o`)
  change(bytes)
  const file = join(scratch, `${name}.o`)
  writeFileSync(file, bytes)
  return file
}
/** Where a section's bytes are in a fixture. */
function sectionAt(name: string, section: string): number {
  const bytes = readFileSync(`fixtures/bpf/${name}.o`)
  const found = readObject(bytes, name).elf.sections.find(one => one.name === section)!
  return found.bytes.byteOffset - bytes.byteOffset
}
const loading = (file: string, options: Partial<bpf.BpfLoadOptions> = {}): string => {
  try {
    bpf.load(file, { type: 'sched_cls', ...options }).close()
    return 'it was loaded'
  } catch (error) {
    expect(error).toBeInstanceOf(BpfError)
    return (error as BpfError).message
  }
}
const descriptors = (): number => readdirSync('/proc/self/fd').length

describe("is the kernel's as iproute2 loads it", () => {
  const tell = async (args: readonly string[], program: string): Promise<string> => {
    let told = ''
    const status = await main(args, program, {
      ...machine,
      out: text => void (told += text),
      err: text => void (told += text),
    })
    return status === 0 ? '' : told
  }
  it.each([
    ['filter.o', 'classifier'],
    ['filter.o', 'drop'],
    ['filter.o', 'each'],
    ['filter.o', 'action'],
    ['refused.o', 'classifier'],
    ['xdp.o', 'xdp'],
    ['kinds.o', 'tc'],
  ])('%s, section %s', async (file, section) => {
    const words = ['bpf', 'da', 'obj', `fixtures/bpf/${file}`, 'sec', section]
    const theirs = ['filter', 'add', 'dev', 'v1', 'ingress', 'pref', '1', ...words]
    const ours = ['filter', 'add', 'dev', 'v1', 'ingress', 'pref', '2', ...words]
    const { stderr, status } = spawnSync('tc', ['-n', OUTSIDE, ...theirs], { encoding: 'utf8' })
    expect(status, stderr).toBe(0)
    expect(await tell(['-n', OUTSIDE, ...ours], 'tc')).toBe('')
    const filters = host.runSync(tc.filter.list({ dev: 'v1', parent: 'ingress' }))
    const facts = (wanted: number) => {
      const found = filters.find(({ priority, options }) => priority === wanted && (options as { id?: number })?.id)
      const { maps, ...program } = programFacts((found!.options as { id: number }).id) as { maps: { name: string }[] }
      return { ...program, maps: maps.toSorted((x, y) => (x.name < y.name ? -1 : 1)) }
    }
    expect(facts(2)).toEqual(facts(1))
  })
})

describe('in the traffic', () => {
  const reached = async (): Promise<boolean> =>
    (await inside.ping('192.0.2.1', { count: 1, timeout: 400 })).received === 1

  test('a device drops, and then no more', async () => {
    expect(await reached()).toBe(true)
    const drop = bpf.load('fixtures/bpf/xdp.o', { type: 'xdp', section: 'xdp' })
    await host.run(link.set('v1', { xdp: { fd: drop.fd } }))
    drop.close()
    expect(await reached()).toBe(false)
    await host.run(link.set('v1', { xdp: null }))
    expect(await reached()).toBe(true)
  })

  test('a filter drops and counts in a map that is pinned, which the next program finds', async () => {
    const attach = async (priority: number): Promise<void> => {
      using drop = bpf.load('fixtures/bpf/filter.o', { type: 'sched_cls', section: 'drop' })
      const options = { fd: drop.fd, name: 'drop', flags: ['direct-action'] as const }
      await host.run(tc.filter.add({ dev: 'v1', parent: 'ingress', priority, protocol: 'ip', kind: 'bpf', options }))
    }
    await attach(10)
    expect(await reached()).toBe(false)
    const counted = pinnedCount(SHARED, 7)
    expect(counted).toBeGreaterThan(0n)
    await attach(9)
    expect(await reached()).toBe(false)
    expect(pinnedCount(SHARED, 7)).toBeGreaterThan(counted)
    await host.run(tc.filter.delete({ dev: 'v1', parent: 'ingress' }))
    expect(await reached()).toBe(true)
  })

  test("maps in iproute2's struct count, too", async () => {
    using count = bpf.load('fixtures/bpf/legacy.o', { type: 'sched_cls' })
    const options = { fd: count.fd, name: 'count', flags: ['direct-action'] as const }
    await host.run(tc.filter.add({ dev: 'v1', parent: 'ingress', priority: 1, protocol: 'ip', kind: 'bpf', options }))
    expect(await reached()).toBe(true)
    expect(pinnedCount(`${OBJECTS}/tc/globals/everyones`, 0)).toBeGreaterThan(0n)
  })
})

test('a pinned map of devices is found again, which the kernel gave a flag of its own', () => {
  expect(loading('fixtures/bpf/kinds.o', { section: 'tc' })).toBe('it was loaded')
  expect(loading('fixtures/bpf/kinds.o', { section: 'tc' })).toBe('it was loaded')
  expect(readdirSync(`${OBJECTS}/tc/globals`).toSorted()).toEqual(['devices', 'each_cpu'])
})

describe('a handle', () => {
  test('tells what it is', () => {
    using drop = bpf.load('fixtures/bpf/filter.o', { type: 'sched_cls', program: 'drop_all', verbose: true })
    expect({ name: drop.name, type: drop.type }).toEqual({ name: 'drop_all', type: 'sched_cls' })
    expect(drop.log).toMatch(/processed \d+ insns/)
    expect(programFacts(drop.id)).toMatchObject({ type: 3, name: 'drop_all' })
    drop.close()
    drop.close()
  })
  test('of a pinned program', () => {
    pinProgram('lwtXmit', `${OBJECTS}/pinned`)
    using program = bpf.open(`${OBJECTS}/pinned`)
    expect({ name: program.name, type: program.type }).toEqual({ name: 'nothing', type: 'lwt_xmit' })
  })
  test('what is not there, or no program', () => {
    bpf.load('fixtures/bpf/legacy.o', { type: 'sched_cls' }).close()
    const opening = (path: string) => () => bpf.open(path)
    const before = descriptors()
    expect(opening(`${OBJECTS}/nosuch`)).toThrow(`${OBJECTS}/nosuch: nothing is pinned there`)
    expect(opening('/etc/passwd')).toThrow('/etc/passwd: cannot be opened as a pinned program')
    expect(opening(`${OBJECTS}/tc/globals/everyones`)).toThrow('a bpf-map is pinned there, not a program')
    expect(() => bpf.load('fixtures/bpf/xdp.o', { type: 'kprobe' as 'xdp' })).toThrow("'kprobe' is no type of program")
    expect(() => bpf.load('fixtures/bpf/xdp.o', { type: 'xdp', sektion: 'xdp' } as never)).toThrow(
      "sektion is no option of bpf.load: did you mean 'section'?",
    )
    expect(descriptors()).toBe(before)
  })
})

describe('leaves nothing behind', () => {
  test('of descriptors, whatever becomes of it', () => {
    loading('fixtures/bpf/filter.o')
    const before = descriptors()
    for (const [file, section] of [
      ...(['classifier', 'drop', 'nosuch'] as const).map(one => ['filter', one] as const),
      ...(['verifier', 'core', 'extern'] as const).map(one => ['refused', one] as const),
      ...(['nested', 'tail', 'legacy', 'nosuch'] as const).map(one => [one, 'classifier'] as const),
    ])
      loading(`fixtures/bpf/${file}.o`, { section })
    expect(descriptors()).toBe(before)
  })

  test('of a batch', async () => {
    const file = join(scratch, 'batch')
    const line = (i: number) => `filter add dev v1 egress pref ${i + 1} bpf da obj fixtures/bpf/filter.o\n`
    const before = descriptors()
    for (const [at, options] of [[], ['-force']].entries()) {
      writeFileSync(file, Array.from({ length: 20 }, (_, i) => line(20 * at + i)).join(''))
      expect(await main(['-n', OUTSIDE, ...options, '-batch', file], 'tc')).toBe(0)
      expect(descriptors()).toBe(before)
    }
    const filters = host.runSync(tc.filter.list({ dev: 'v1', parent: 'egress' }))
    expect(filters.filter(({ options }) => (options as { id?: number } | undefined)?.id)).toHaveLength(40)
  })

  test('of any object', () => {
    // Not where sizes of maps are: the kernel would make those.
    const sections = ['classifier', '.text', '.relclassifier', '.rel.text', '.symtab', '.BTF.ext', 'license']
    const { elf } = readObject(readFileSync('fixtures/bpf/filter.o'), 'filter.o')
    const places = sections.map(name => [sectionAt('filter', name), elf.sections.find(one => one.name === name)!.size])
    const mutation = fc.record({ place: fc.constantFrom(...places), at: fc.nat(), value: fc.nat(255) })
    const before = descriptors()
    const RUNS = Number(process.env['FUZZ_RUNS'] ?? 300)
    let loaded = 0
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), changes => {
        const file = changed('filter', bytes => {
          for (const { place, at, value } of changes) bytes[place[0]! + (at % place[1]!)] = value
        })
        rmSync(`${OBJECTS}/tc`, { recursive: true, force: true })
        if (loading(file) === 'it was loaded') loaded++
        else expect(existsSync(SHARED)).toBe(false)
        expect(descriptors()).toBe(before)
      }),
      { numRuns: RUNS },
    )
    expect(loaded).toBeGreaterThan(RUNS / 15)
  })

  test('pinned, of a program that the verifier refuses', () => {
    // An instruction that there is none of.
    const file = changed('filter', bytes =>
      bytes.fill(0xff, sectionAt('filter', 'drop'), sectionAt('filter', 'drop') + 1),
    )
    expect(loading(file, { section: 'drop' })).toMatch(
      /the kernel refuses program 'drop_all' of section 'drop': .+ \(E\w+\)\n {2}\S/,
    )
    expect(existsSync(SHARED)).toBe(false)
    // What was there before stays.
    expect(loading('fixtures/bpf/filter.o')).toBe('it was loaded')
    expect(loading(file, { section: 'drop' })).toContain('the kernel refuses')
    expect(existsSync(SHARED)).toBe(true)
  })
})

describe('says why not', () => {
  test("the verifier's last lines, and all of them", () => {
    const told = loading('fixtures/bpf/refused.o', { section: 'verifier' })
    expect(told).toMatch(/^fixtures\/bpf\/refused\.o: the kernel refuses program 'unbounded' of section 'verifier': /)
    expect(told).toMatch(/\n {2}R1 pointer arithmetic .*prohibited\n/)
  })
  test('that the kernel did not take its types', () => {
    const file = changed('filter', bytes => {
      // An integer of no size; and an instruction that there is none of.
      bytes[sectionAt('filter', '.BTF') + 24 + 12 + 8] = 0
      bytes[sectionAt('filter', 'drop')] = 0xff
    })
    expect(loading(file, { section: 'drop' })).toContain(
      "the kernel refuses program 'drop_all' of section 'drop', without the object's types (.BTF: EINVAL): ",
    )
  })
  test('a pinned map that is another', () => {
    expect(loading('fixtures/bpf/legacy.o')).toBe('it was loaded')
    const file = changed('legacy', bytes => {
      // The second map's max_elem.
      bytes[sectionAt('legacy', 'maps') + 36 + 12] = 2
    })
    expect(loading(file)).toContain(
      `map 'everyones' is another one than that which is pinned at ${OBJECTS}/tc/globals/everyones: maxEntries 2, there 1; remove that`,
    )
  })
  test('something else is pinned where a map is to be', () => {
    expect(loading('fixtures/bpf/filter.o')).toBe('it was loaded')
    rmSync(SHARED)
    pinProgram('xdp', SHARED)
    expect(loading('fixtures/bpf/filter.o')).toContain(`map 'shared' is to be at ${SHARED}, where a bpf-prog is pinned`)
  })
  test('no BPF file system', () => {
    process.env['TC_BPF_MNT'] = '/nowhere'
    try {
      expect(loading('fixtures/bpf/filter.o')).toContain(
        "map 'shared' is to be pinned, and no BPF file system is mounted at /nowhere (TC_BPF_MNT): mount -t bpf bpf /nowhere",
      )
      expect(loading('fixtures/bpf/xdp.o', { type: 'xdp' })).toBe('it was loaded')
    } finally {
      process.env['TC_BPF_MNT'] = OBJECTS
    }
  })
  test('a directory that is no BPF file system', () => {
    expect(loading('fixtures/bpf/filter.o', { pinDirectory: scratch })).toBe(
      `fixtures/bpf/filter.o: map 'shared' is to be pinned in ${scratch}, which is in no BPF file system`,
    )
    expect(loading('fixtures/bpf/filter.o', { pinDirectory: `${OBJECTS}/own/below` })).toBe('it was loaded')
    expect(readdirSync(`${OBJECTS}/own/below`)).toEqual(['shared'])
  })
  test('a directory, a device, a pipe that nobody writes, a file that is not there', () => {
    const pipe = `${tmpdir()}/nb-pipe-${process.pid}`
    spawnSync('mkfifo', [pipe])
    try {
      expect(loading(pipe)).toBe(`${pipe}: this is no file`)
    } finally {
      rmSync(pipe)
    }
    expect(loading('/tmp')).toBe('/tmp: this is no file')
    expect(loading('/dev/zero')).toBe('/dev/zero: this is no file')
    expect(loading('/nosuch.o')).toBe('/nosuch.o: cannot be read: No such file or directory (ENOENT)')
  })
  test('no privileges', () => {
    const tsx = createRequire(import.meta.url).resolve('tsx')
    const netloom = ['--import', tsx, 'src/bin/netloom.ts', 'tc']
    const bounds = '--bounding-set=-all,+dac_override,+dac_read_search'
    const words = ['filter', 'add', 'dev', 'lo', 'ingress', 'bpf', 'obj', 'fixtures/bpf/xdp.o', 'sec', 'xdp']
    const { stderr, status } = spawnSync('setpriv', [bounds, process.execPath, ...netloom, ...words], {
      encoding: 'utf8',
    })
    expect(stderr).toMatch(
      /^Error: fixtures\/bpf\/xdp\.o: the kernel refuses program 'drop' of section 'xdp': Operation not permitted \(EPERM\); it takes CAP_BPF and CAP_NET_ADMIN/,
    )
    expect(status).toBe(1)
  })
})
