// The tiny helper on the running kernel: where the thread is inside, afterwards, and when something goes wrong.
import { closeSync, openSync, readlinkSync } from 'node:fs'
import { readFile, readlink } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createNamed, deleteNamed } from '../../src/netns/named.ts'
import { enter, inNewNamespace } from '../../src/sys/enter.ts'
import { OWN_NETNS } from '../../src/sys/netns-path.ts'
import { openDescriptors } from '../netns/harness.ts'

let fd = -1
const here = (): string => readlinkSync(OWN_NETNS)
let home = ''

beforeAll(() => {
  createNamed('nk-enter')
  fd = openSync('/run/netns/nk-enter', 'r')
  home = here()
})
afterAll(() => {
  closeSync(fd)
  deleteNamed('nk-enter')
})

describe('enter', () => {
  test('runs inside, answers, and comes back', () => {
    const inside = enter(fd, here)
    expect(inside).toMatch(/^net:\[\d+\]$/)
    expect(inside).not.toBe(home)
    expect(here()).toBe(home)
  })
  test('comes back when the function throws', () => {
    const fail = (): never => {
      throw new RangeError('inside')
    }
    expect(() => enter(fd, fail)).toThrow('inside')
    expect(here()).toBe(home)
  })
  test('nests', () => {
    expect(enter(fd, () => [inNewNamespace(here) !== here(), here() !== home])).toEqual([true, true])
    expect(here()).toBe(home)
  })
  test('refuses an async function, and does not call it', () => {
    let called = false
    const work = async (): Promise<void> => {
      called = true
    }
    expect(() => enter(fd, work)).toThrow('only a synchronous function can run inside a namespace')
    expect(called).toBe(false)
  })
  test('refuses a promise as a result, outside again', () => {
    expect(() => enter(fd, () => Promise.resolve())).toThrow('only a synchronous function can run inside a namespace')
    expect(here()).toBe(home)
  })
  test.each([
    ['a closed descriptor', () => 999_999, 'EBADF', /the descriptor is closed/],
    ['a file that is no namespace', () => openSync('/proc/self/status', 'r'), 'EINVAL', /is no network namespace/],
    ['a namespace of another type', () => openSync('/proc/self/ns/mnt', 'r'), 'EINVAL', /is no network namespace/],
  ])('refuses %s', (_what, open, code, sentence) => {
    const other = open()
    try {
      expect(() => enter(other, here)).toThrow(
        expect.objectContaining({ code, message: expect.stringMatching(sentence) }),
      )
      expect(here()).toBe(home)
    } finally {
      if (other < 999_999) closeSync(other)
    }
  })
  test('leaves no descriptor, whatever happens', () => {
    const before = openDescriptors()
    enter(fd, here)
    expect(() => enter(999_999, here)).toThrow()
    expect(() => enter(fd, () => Promise.resolve())).toThrow()
    expect(() => enter(fd, () => JSON.parse('{'))).toThrow()
    inNewNamespace(here)
    expect(openDescriptors()).toBe(before)
  })
})

test('the threads of the pool stay outside, through 1,000 switches', async () => {
  const outside = await readFile('/proc/thread-self/net/dev', 'utf8')
  const where: Promise<string>[] = []
  for (let i = 0; i < 1000; i++) {
    // What is started inside is carried out by a thread of the pool.
    enter(fd, () => {
      where.push(readlink(OWN_NETNS))
    })
  }
  expect(new Set(await Promise.all(where))).toEqual(new Set([home]))
  const interfaces = (text: string): string[] => text.match(/^ *\S+:/gm) ?? []
  expect(interfaces(await readFile('/proc/thread-self/net/dev', 'utf8'))).toEqual(interfaces(outside))
})
