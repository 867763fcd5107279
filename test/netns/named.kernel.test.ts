// Named namespaces on the real kernel, beside `ip netns`. Every name here begins with `nm-`, for other tests run at the
// same time; what needs an untouched /run runs in a mount namespace of its own.
import { readlinkSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { readlink } from 'node:fs/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { attachNamed, createNamed, deleteNamed, listNamed } from '../../src/netns/named.ts'
import { OWN_NETNS } from '../../src/sys/netns-path.ts'
import { bash, bundlePlay, inFreshRun, mountsAt, must, openDescriptors, SLOW, TIMEOUT } from './harness.ts'

let play = ''
let removePlay = () => {}
beforeAll(async () => {
  const bundle = await bundlePlay('named')
  play = bundle.play
  removePlay = bundle.remove
}, TIMEOUT)
afterAll(() => removePlay())

afterEach(() => {
  for (const { name } of ours()) deleteNamed(name)
})
const ours = () => listNamed().filter(named => named.name.startsWith('nm-'))
const names = () => ours().map(named => named.name)
const codeOf = (work: () => void): string => {
  try {
    work()
  } catch (error) {
    return (error as { code: string }).code
  }
  return 'no error'
}

describe('beside ip netns', () => {
  test('ip lists, enters and deletes what we create', () => {
    createNamed('nm-ours')
    expect(must('ip netns list').split('\n')).toContain('nm-ours')
    expect(must('ip netns exec nm-ours readlink /proc/self/ns/net')).toBe(`net:[${ours()[0]!.inode}]`)
    expect(must('ip netns exec nm-ours ls /sys/class/net')).toBe('lo')
    must('ip netns delete nm-ours')
    expect(names()).toEqual([])
  })

  test('we list and delete what ip creates', () => {
    must('ip netns add nm-theirs')
    const inode = Number(/\d+/.exec(must('ip netns exec nm-theirs readlink /proc/self/ns/net'))![0])
    expect(ours()).toMatchObject([{ name: 'nm-theirs', path: '/run/netns/nm-theirs', stale: false, inode }])
    deleteNamed('nm-theirs')
    expect(must('ip netns list')).not.toContain('nm-theirs')
    expect(mountsAt('/run/netns/nm-theirs')).toEqual([])
  })

  test('the order of the list is the same', () => {
    for (const name of ['nm-b', 'nm-c', 'nm-a']) createNamed(name)
    const theirs = must('ip netns list')
      .split('\n')
      .map(line => line.split(' ')[0]!)
    expect(names()).toEqual(theirs.filter(name => name.startsWith('nm-')))
  })

  test('attach gives the namespace of a process a name, as ip does', () => {
    attachNamed('nm-here', process.pid)
    must(`ip netns attach nm-there ${process.pid}`)
    const own = statSync(OWN_NETNS).ino
    expect(ours().map(named => named.inode)).toEqual([own, own])
    deleteNamed('nm-there')
    must('ip netns delete nm-here')
  })

  test('files and mounts look the same', () => {
    createNamed('nm-1')
    must('ip netns add nm-2')
    expect(must('stat -c "%a %s %U %F" /run/netns/nm-1')).toBe(must('stat -c "%a %s %U %F" /run/netns/nm-2'))
    expect(mountsAt('/run/netns').filter(at => at === '/run/netns/nm-1')).toHaveLength(1)
  })
})

describe('nothing is left behind', () => {
  test('creating and deleting leaves no descriptor, mount or file, and the thread where it was', () => {
    createNamed('nm-first')
    deleteNamed('nm-first')
    const before = { netns: readlinkSync(OWN_NETNS), descriptors: openDescriptors() }
    for (let i = 0; i < 20; i++) createNamed(`nm-${i}`)
    for (let i = 0; i < 20; i++) deleteNamed(`nm-${i}`)
    expect({ netns: readlinkSync(OWN_NETNS), descriptors: openDescriptors() }).toEqual(before)
    expect(mountsAt('/run/netns').filter(at => at.includes('/nm-'))).toEqual([])
    expect(must('ls /run/netns')).not.toContain('nm-')
  })

  test('the thread pool stays outside', async () => {
    createNamed('nm-pool')
    const own = readlinkSync(OWN_NETNS)
    const seen = await Promise.all(Array.from({ length: 16 }, () => readlink(OWN_NETNS)))
    expect(new Set(seen)).toEqual(new Set([own]))
  })

  test('a failure leaves nothing', () => {
    createNamed('nm-taken')
    const before = openDescriptors()
    expect(codeOf(() => createNamed('nm-taken'))).toBe('EEXIST')
    expect(codeOf(() => attachNamed('nm-taken', process.pid))).toBe('EEXIST')
    expect(codeOf(() => attachNamed('nm-nobody', 4_194_305))).toBe('ENOENT')
    expect(codeOf(() => deleteNamed('nm-unknown'))).toBe('ENOENT')
    expect(codeOf(() => createNamed('nm/slash'))).toBe('ERR_NETNS_NAME')
    expect(names()).toEqual(['nm-taken'])
    expect(openDescriptors()).toBe(before)
  })

  test(
    'without permission: EPERM or EACCES, and no file',
    () => {
      const unprivileged = `setpriv --bounding-set=-all,+dac_override,+dac_read_search ${play} create nm-denied`
      const { status, stderr } = bash(unprivileged)
      expect(status).toBe(3)
      expect(stderr).toMatch(/cannot create network namespace "nm-denied".*needs CAP_SYS_ADMIN.*\((EPERM|EACCES)\)/)
      expect(names()).toEqual([])
    },
    TIMEOUT,
  )

  test(
    'a refused unshare takes the file away again',
    () => {
      const script = `
      ${play} create nm-0
      echo 0 > /proc/sys/user/max_net_namespaces || exit 9
      ${play} create nm-1 && exit 8
      ls /run/netns; grep -c /run/netns/ /proc/self/mountinfo`
      // The limit is the user namespace's: a new one keeps it from everybody else.
      const { stdout, stderr } = bash('unshare --user --map-root-user --mount --net bash -c "$SCRIPT"', {
        SCRIPT: `mount -t tmpfs tmpfs /run\n${script}`,
      })
      expect(stderr).toContain('max_net_namespaces')
      expect(stdout).toBe('nm-0\n1')
    },
    TIMEOUT,
  )
})

describe('leftovers and strange files', () => {
  const path = '/run/netns/nm-x'
  beforeAll(() => must('ip netns add nm-warm; ip netns delete nm-warm'))

  test('an empty file of mode 0 is cleared by create', () => {
    writeFileSync(path, '', { mode: 0 })
    expect(ours()).toEqual([{ name: 'nm-x', path, stale: true }])
    createNamed('nm-x')
    expect(ours()).toMatchObject([{ name: 'nm-x', stale: false }])
  })

  test.each([
    ['with content', () => writeFileSync(path, 'x', { mode: 0 })],
    ['with a mode', () => writeFileSync(path, '', { mode: 0o600 })],
    ['a link to nowhere', () => symlinkSync('/proc/4194305/ns/net', path)],
  ])('another file is refused by create and cleared by delete: %s', (_, make) => {
    make()
    expect(() => createNamed('nm-x')).toThrow(/stale.*delete it first \(EEXIST\)/)
    expect(ours()).toMatchObject([{ name: 'nm-x', stale: true }])
    deleteNamed('nm-x')
    expect(names()).toEqual([])
  })

  test('deleting a link leaves what it points to', () => {
    createNamed('nm-real')
    symlinkSync('/run/netns/nm-real', path)
    expect(ours().map(named => named.stale)).toEqual([false, false])
    deleteNamed('nm-x')
    expect(ours()).toMatchObject([{ name: 'nm-real', stale: false }])
  })

  test('a namespace mounted twice on its name is deleted whole', () => {
    createNamed('nm-x')
    must(`mount --bind ${path} ${path}`)
    deleteNamed('nm-x')
    expect(mountsAt(path)).toEqual([])
    rmSync(path, { force: true })
  })
})

/** Whether /run/netns shares its mounts with its parent; a /run that another hides comes earlier in the list. */
const PEER_GROUP = `awk '{ group[$5] = $7 } END { print group["/run"] == group["/run/netns"] ? "parent" : "own" }' \\
  /proc/self/mountinfo`
const MOUNTS = `awk '$5 ~ "^/run/netns" { print $5 }' /proc/self/mountinfo`

describe('the directory', () => {
  test(
    'many first creations at once leave one clean mount',
    () => {
      const crowd = SLOW ? 6 : 50
      const script = `
      for i in $(seq ${crowd}); do ${play} create p$i & done; wait
      ${MOUNTS} | sort | uniq -c | awk '$1 != 1'
      ${MOUNTS} | wc -l; ls /run/netns | wc -l`
      for (const propagation of ['private', 'shared'] as const)
        expect(inFreshRun(script, propagation).split('\n')).toEqual([`${crowd + 1}`, `${crowd}`])
    },
    TIMEOUT,
  )

  test(
    'of many creations of one name, one succeeds',
    () => {
      const crowd = SLOW ? 4 : 20
      const script = `
      for i in $(seq ${crowd}); do ${play} create p 2>>/run/errors & done; wait
      grep -c EEXIST /run/errors; ${MOUNTS}`
      expect(inFreshRun(script).split('\n')).toEqual([`${crowd - 1}`, '/run/netns', '/run/netns/p'])
    },
    TIMEOUT,
  )

  test(
    'netloom and ip create first, at once',
    () => {
      const script = `
      for i in 1 2 3 4; do ${play} create p$i & ip netns add q$i & done; wait
      ${MOUNTS} | sort`
      const expected = ['/run/netns', ...['p', 'q'].flatMap(p => [1, 2, 3, 4].map(i => `/run/netns/${p}${i}`))]
      expect(inFreshRun(script).split('\n')).toEqual(expected)
    },
    TIMEOUT,
  )

  test(
    'it is a mount of its own peer group; a name deleted here goes elsewhere, too',
    () => {
      const script = `
      ${play} create p
      unshare --mount --propagation unchanged sleep 1000 & sleep 1
      ${play} delete p
      grep -c /run/netns/p /proc/$!/mountinfo || true; kill $!
      ${PEER_GROUP}`
      expect(inFreshRun(script, 'shared').split('\n')).toEqual(['0', 'own'])
    },
    TIMEOUT,
  )
})

// Each kill is at the entrance of the call, so that all before it has happened and nothing after it.
const canTrace = bash('strace -o /dev/null true').status === 0
if (!canTrace) console.log('strace is missing, or may not trace: what a kill at each call leaves is not tested')
describe.runIf(canTrace)('killed at any call, repaired by the next', () => {
  const killed = (call: string, nth: number, step: string): string =>
    `strace -o /dev/null -e trace=${call} -e inject=${call}:signal=KILL:when=${nth} ${play} ${step} 2>/dev/null && exit 99 || [ $? = 137 ]`

  const CREATE = [
    ['mkdir,mkdirat', 1],
    ['flock', 1],
    ['mount', 1],
    ['mount', 2],
    ['mount', 3],
    ['mount', 4],
    ['unshare', 1],
    ['mount', 5],
  ] as const

  test.each(CREATE)(
    'create, at %s number %i',
    (call, nth) => {
      const script = `
      ${killed(call, nth, 'create p')}
      ${play} create p; ip netns exec p true; ${MOUNTS}
      ${PEER_GROUP}`
      expect(inFreshRun(script, 'shared').split('\n')).toEqual(['/run/netns', '/run/netns/p', 'own'])
    },
    TIMEOUT,
  )

  test(
    'create, after the mount: the name is there',
    () => {
      const script = `${killed('setns', 1, 'create p')}\n ip netns exec p true; ${play} delete p; ${MOUNTS}; ls /run/netns`
      expect(inFreshRun(script)).toBe('/run/netns')
    },
    TIMEOUT,
  )

  const DELETE = [
    ['flock', 1],
    ['umount2', 1],
    ['umount2', 2],
    ['unlink,unlinkat', 1],
  ] as const

  test.each(DELETE)(
    'delete, at %s number %i: deleted by the next, or created anew',
    (call, nth) => {
      const again = `${play} delete p; ${MOUNTS}; ls /run/netns`
      expect(inFreshRun(`ip netns add p; ${killed(call, nth, 'delete p')}\n${again}`)).toBe('/run/netns')
      if (nth === 1 && !call.startsWith('unlink')) return
      const anew = `${play} create p; ip netns exec p true; ${MOUNTS}`
      expect(inFreshRun(`ip netns add p; ${killed(call, nth, 'delete p')}\n${anew}`)).toBe('/run/netns\n/run/netns/p')
    },
    TIMEOUT,
  )
})
