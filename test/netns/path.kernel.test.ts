// Opening namespaces by name, path, process and descriptor, and the errors where that cannot be.
import { closeSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createNamed, deleteNamed, listNamed } from '../../src/netns/named.ts'
import { closesOnExec } from '../../src/sys/libc.ts'
import { checkName, identityOf, type NetnsReference, namedPath, openNetns } from '../../src/sys/netns-path.ts'
import { must, openDescriptors } from './harness.ts'

beforeAll(() => createNamed('np-x'))
afterAll(() => deleteNamed('np-x'))

const identity = (reference: NetnsReference) => {
  const fd = openNetns(reference)
  try {
    return identityOf(fd)
  } finally {
    closeSync(fd)
  }
}

describe('names', () => {
  test.each(['x', 'a b', '...', '-', 'ü', 'n'.repeat(255)])('%j can be one', name => {
    expect(checkName(name)).toBe(name)
    expect(namedPath(name)).toBe(`/run/netns/${name}`)
  })

  test.each([
    ['', 'empty'],
    ['.', 'directory'],
    ['..', 'directory'],
    ['a/b', 'slash'],
    ['/a', 'slash'],
    ['a\0b', 'NUL'],
    ['ü'.repeat(128), '256 bytes'],
  ])('%j cannot', (name, reason) => {
    expect(() => checkName(name)).toThrow(
      expect.objectContaining({ code: 'ERR_NETNS_NAME', message: expect.stringContaining(reason) }),
    )
  })
})

describe('openNetns', () => {
  test('a name, its path and a descriptor of it are the same namespace', () => {
    const named = listNamed().find(({ name }) => name === 'np-x')!
    const expected = { device: named.device, inode: named.inode }
    const fd = openNetns('np-x')
    for (const reference of ['np-x', '/run/netns/np-x', { name: 'np-x' }, { path: '/var/run/netns/np-x' }, { fd }])
      expect(identity(reference)).toEqual(expected)
    expect(identity({ pid: process.pid })).not.toEqual(expected)
    closeSync(fd)
  })

  test('every descriptor is closed on exec and is the caller’s', () => {
    const given = openNetns('np-x')
    const fd = openNetns({ fd: given })
    expect(fd).not.toBe(given)
    expect([closesOnExec(given), closesOnExec(fd)]).toEqual([true, true])
    closeSync(given)
    closeSync(fd)
  })

  test('failures say what is wrong, create nothing and leave no descriptor', () => {
    mkdirSync('/run/np-test', { recursive: true })
    writeFileSync('/run/netns/np-stale', '', { mode: 0 })
    must('mkfifo /run/np-test/fifo')
    const file = openSync('/etc/passwd', 'r')
    const before = openDescriptors()
    const cases: [NetnsReference, string, RegExp][] = [
      ['np-none', 'ENOENT', /"np-none" \(\/run\/netns\/np-none\) does not exist: create it first/],
      ['np-stale', 'ERR_NETNS_STALE', /"np-stale".*stale file.*delete the name/],
      ['/run/np-test/none', 'ENOENT', /\/run\/np-test\/none does not exist/],
      ['/run/np-test', 'ERR_NETNS_STALE', /no namespace behind it/],
      ['/run/np-test/fifo', 'ERR_NETNS_STALE', /no namespace behind it/],
      ['/proc/self/ns/uts', 'ERR_NETNS_TYPE', /not a network namespace/],
      [{ path: 'relative' }, 'ERR_NETNS_NAME', /no absolute path/],
      [{ name: '../np-x' }, 'ERR_NETNS_NAME', /slash/],
      [{ pid: 4_194_305 }, 'ENOENT', /process 4194305 does not exist: no such process/],
      [{ fd: 999_999 }, 'EBADF', /descriptor 999999 cannot be opened: the descriptor is closed/],
      [{ fd: file }, 'ERR_NETNS_STALE', /descriptor/],
    ]
    for (const [reference, code, message] of cases)
      expect(() => openNetns(reference), JSON.stringify(reference)).toThrow(
        expect.objectContaining({ name: 'NetnsError', code, message: expect.stringMatching(message) }),
      )
    expect(openDescriptors()).toBe(before)
    expect(listNamed().map(({ name }) => name)).not.toContain('np-none')
    closeSync(file)
    deleteNamed('np-stale')
    rmSync('/run/np-test', { recursive: true })
  })
})
