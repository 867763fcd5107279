// The tables of all protocols against the kernel's uapi headers: every constant that a table names has the
// number that the headers give it, and what the headers have and the tables lack is listed below, each with its reason.
// The headers' constants are in uapi.json (scripts/uapi.ts), so that the test needs no headers; where they are, the
// file is held against them.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { DATA, type HeaderConstants, INCLUDE, readHeaders } from '../../scripts/uapi.ts'
import { LACKING, NEWER, UNTOLD } from './uapi-reasons.ts'

const { named, types, sets, lazies } = vi.hoisted(() => ({
  /** Each constant of a row, a message type and a command, with its numbers. */
  named: new Map<string, Set<number>>(),
  /** The types of messages without attributes: a header has them among much else. */
  types: new Map<string, number>(),
  /** Each enumeration of words by its name. */
  sets: new Map<string, ReadonlyMap<string, number>>(),
  /** What is made at first use. */
  lazies: [] as (() => unknown)[],
}))

vi.mock('../../src/netlink/schema.ts', async original => {
  const schema = (await original()) as Record<string, any>
  const note = (name: string, value: number): void => void named.set(name, (named.get(name) ?? new Set()).add(value))
  return {
    ...schema,
    attributes(name: string, rows: unknown) {
      const table = schema['attributes'](name, rows) as { rows: Record<string, [number, string]> }
      lazies.push(() => {
        for (const [type, constant] of Object.values(table.rows)) note(constant, type)
      })
      return table
    },
    message(name: string, types: Record<string, number>, ...rest: unknown[]) {
      for (const [constant, type] of Object.entries(types)) note(constant, type)
      return schema['message'](name, types, ...rest)
    },
    payloadMessage(name: string, own: Record<string, number>, ...rest: unknown[]) {
      for (const [constant, type] of Object.entries(own)) types.set(constant, type)
      return schema['payloadMessage'](name, own, ...rest)
    },
  }
})
vi.mock('../../src/netlink/words.ts', async original => {
  const real = (await original()) as Record<string, any>
  return {
    ...real,
    words(name: string, values: Record<string, number>) {
      sets.set(name, new Map(Object.entries(values)))
      return real['words'](name, values)
    },
  }
})
vi.mock('../../src/netlink/lazy.ts', async original => {
  const real = (await original()) as Record<string, any>
  return {
    lazy(make: () => unknown) {
      const made = real['lazy'](make)
      lazies.push(made)
      return made
    },
  }
})

const source = join(import.meta.dirname ?? '', '../../src')
const data = JSON.parse(readFileSync(DATA, 'utf8')) as HeaderConstants
const groups = Object.entries(data.headers).flatMap(([file, list]) => list.map(group => ({ file, group })))
const known = new Map(groups.flatMap(({ group }) => Object.entries(group)))

beforeAll(async () => {
  const files = ['route', 'generic', 'netfilter', 'sock-diag', 'audit'].flatMap(folder =>
    readdirSync(join(source, folder), { recursive: true, encoding: 'utf8' }).map(file => join(source, folder, file)),
  )
  for (const file of files.filter(name => name.endsWith('.ts'))) await import(file)
  for (const make of lazies) make()
})

/** What is no constant of its own: the first of an enumeration, its last (`…_MAX`), and padding. */
const isEdge = (name: string, group: object): boolean =>
  /_(UNSPEC|UNDEFINED|PAD|INVALID|NONE)\d?$/.test(name) || (/_MAX$/.test(name) && Object.keys(group).at(-1) === name)

describe('numbers', () => {
  it('finds the tables', () => {
    expect(named.size).toBeGreaterThan(1500)
    expect(sets.size).toBeGreaterThan(150)
  })

  it("are the headers'", () => {
    const wrong = [...named].flatMap(([name, values]) => {
      const value = known.get(name)
      return value === undefined || values.has(value) ? [] : [`${name} is ${value}, not ${[...values].join(', ')}`]
    })
    expect(wrong).toEqual([])
    expect(types.size).toBeGreaterThan(100)
    expect([...types].filter(([name, value]) => (known.get(name) ?? value) !== value)).toEqual([])
  })

  it('that the headers do not have are newer, and say since when', () => {
    const strange = [...named.keys()].filter(name => !known.has(name) && !NEWER.some(([pattern]) => pattern.test(name)))
    expect(strange).toEqual([])
  })

  it('that are said to be newer are', () => {
    const old = [...named.keys()].filter(name => known.has(name))
    expect(
      NEWER.filter(([pattern]) => ![...named.keys()].some(name => pattern.test(name) && !old.includes(name))),
    ).toEqual([])
  })
})

describe('what the tables lack', () => {
  /** Constants of enumerations that a table is about, that it does not have. */
  const lacking = (): string[] =>
    groups
      .filter(({ group }) => Object.keys(group).some(name => named.has(name)))
      .flatMap(({ group }) => Object.keys(group).filter(name => !named.has(name) && !isEdge(name, group)))

  it('is listed, with a reason each', () => {
    const unlisted = lacking().filter(name => !LACKING.some(([pattern]) => pattern.test(name)))
    expect(unlisted).toEqual([])
  })

  it('is no longer than it must be', () => {
    const all = lacking()
    expect(
      LACKING.filter(([pattern]) => !all.some(name => pattern.test(name))).map(([pattern]) => String(pattern)),
    ).toEqual([])
  })
})

describe('words', () => {
  /** `name (PREFIX_*)` names the constants that the words stand for; those of several sets may be in one of them. */
  const byPrefix = (): ReadonlyMap<string, ReadonlySet<number>> => {
    const found = new Map<string, Set<number>>()
    for (const [name, words] of sets) {
      const prefix = /\((?<prefix>[A-Z][A-Z0-9_]*_)\*\)$/.exec(name)?.groups?.['prefix']
      if (prefix === undefined) continue
      const values = found.get(prefix) ?? new Set()
      for (const value of words.values()) values.add(value)
      found.set(prefix, values)
    }
    return found
  }
  /** A set of flags may have the bit for what is a number in the headers, and the number for what is a bit. */
  const isTold = (values: ReadonlySet<number>, value: number): boolean =>
    values.has(value) || values.has(2 ** value) || values.has(2 ** (value - 1))
  /** Constants that begin with the prefix of words (the longest there is), and whose number no word stands for. */
  const untold = (): string[] => {
    const prefixes = byPrefix()
    return groups.flatMap(({ group }) =>
      Object.entries(group)
        .filter(([name, value]) => {
          if (named.has(name) || isEdge(name, group)) return false
          const [prefix] = [...prefixes.keys()].filter(p => name.startsWith(p)).sort((a, b) => b.length - a.length)
          return prefix !== undefined && !isTold(prefixes.get(prefix)!, value)
        })
        .map(([name]) => name),
    )
  }

  it('stand for every number that the headers have', () => {
    const unlisted = untold().filter(name => !UNTOLD.some(([pattern]) => pattern.test(name)))
    expect([...new Set(unlisted)]).toEqual([])
  })

  it('and the list of those without is no longer than it must be', () => {
    const all = untold()
    const idle = UNTOLD.filter(([pattern]) => !all.some(name => pattern.test(name)))
    expect(idle.map(([pattern]) => String(pattern))).toEqual([])
  })
})

describe('the file', () => {
  it.skipIf(!existsSync(`${INCLUDE}/rtnetlink.h`))('is what the headers here say', () => {
    const found = readHeaders()
    // Another version of the package has other constants: then the file is not held against it.
    if (found.package === data.package) expect(found).toEqual(data)
  })
})
