// Who is in a namespace, beside `ip netns pids` and `identify`; and ending them.
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { attachNamed, createNamed, deleteNamed, listNamed, namedIdentity } from '../../src/netns/named.ts'
import { identify, processesIn } from '../../src/netns/processes.ts'
import { stopProcesses } from '../../src/netns/stop.ts'
import { openNetns } from '../../src/sys/netns-path.ts'
import { must, TIMEOUT } from './harness.ts'

beforeAll(() => createNamed('pr-x'))
afterAll(() => deleteNamed('pr-x'))

const inside = () => processesIn(namedIdentity('pr-x')!)

const children: ChildProcess[] = []
/** Starts a command inside, as a child of this process, and waits until it is there. */
async function start(...command: string[]): Promise<number> {
  const child = spawn('ip', ['netns', 'exec', 'pr-x', ...command], { stdio: 'ignore' })
  children.push(child)
  // While it is still `ip`, its command line has the words, too.
  while (!inside().some(({ pid, command: now }) => pid === child.pid && now === command.join(' '))) await delay(10)
  return child.pid!
}
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGKILL')
    await new Promise(resolve => child.once('exit', resolve))
  }
})

describe('processesIn and identify', () => {
  test(
    'a process: pid, command, user; as ip says',
    async () => {
      const pid = await start('sleep', '1000')
      expect(inside()).toMatchObject([{ pid, command: 'sleep 1000', user: 'root', uid: 0 }])
      expect(inside()[0]).not.toHaveProperty('threads')
      expect(must('ip netns pids pr-x')).toBe(String(pid))
      expect(identify(pid)).toEqual(['pr-x'])
      expect(must(`ip netns identify ${pid}`)).toBe('pr-x')
    },
    TIMEOUT,
  )

  test(
    'another user, who has no name',
    async () => {
      const child = spawn('ip', [
        'netns',
        'exec',
        'pr-x',
        'setpriv',
        '--reuid',
        '54321',
        '--clear-groups',
        'sleep',
        '1000',
      ])
      children.push(child)
      while (inside()[0]?.command !== 'sleep 1000') await delay(10)
      expect(inside()).toMatchObject([{ pid: child.pid, user: '54321', uid: 54321 }])
    },
    TIMEOUT,
  )

  test(
    'all the names of a namespace',
    async () => {
      const pid = await start('sleep', '1000')
      attachNamed('pr-y', pid)
      try {
        expect(identify(pid).sort()).toEqual(['pr-x', 'pr-y'])
      } finally {
        deleteNamed('pr-y')
      }
      expect(identify(1)).not.toContain('pr-x')
    },
    TIMEOUT,
  )

  test('a process that does not exist', () => {
    expect(() => identify(4_194_305)).toThrow(expect.objectContaining({ code: 'ENOENT' }))
    expect(() => identify(-1)).toThrow(TypeError)
  })

  test(
    'a single thread that went inside alone, which ip does not see',
    async () => {
      const fd = openNetns('pr-x')
      const code = `
      const { parentPort, workerData } = require('node:worker_threads')
      const setns = require('koffi').load(null).func('int setns(int, int)')
      if (setns(workerData, 0x40000000) !== 0) throw new Error('setns')
      parentPort.once('message', () => process.exit())
      parentPort.postMessage(Number(require('node:fs').readlinkSync('/proc/thread-self').split('/').at(-1)))`
      const worker = new Worker(code, { eval: true, workerData: fd })
      const tid = await new Promise<number>(resolve => worker.once('message', resolve))
      const found = inside()
      const seenByIp = must('ip netns pids pr-x')
      worker.postMessage('end')
      await new Promise(resolve => worker.once('exit', resolve))
      closeSync(fd)
      expect(found).toMatchObject([{ pid: process.pid, threads: [tid] }])
      expect(seenByIp).toBe('')
    },
    TIMEOUT,
  )

  test(
    'processes that come and go while it reads',
    async () => {
      const storm = spawn('bash', ['-c', 'while :; do /bin/true; done'], { stdio: 'ignore' })
      children.push(storm)
      for (let i = 0; i < 20; i++) expect(inside()).toEqual([])
    },
    TIMEOUT,
  )
})

describe('stopProcesses', () => {
  test(
    'terminates, and leaves the name deletable',
    async () => {
      const pids = [await start('sleep', '1000'), await start('sleep', '1001')]
      const results = await stopProcesses(inside())
      expect(results).toEqual(pids.map(pid => ({ pid, outcome: 'terminated' })))
      expect(inside()).toEqual([])
    },
    TIMEOUT,
  )

  test(
    'kills what ignores SIGTERM, after the grace time',
    async () => {
      const script = 'trap "" TERM; while :; do read -t 1000 < <(sleep 1000); done'
      const pid = await start('bash', '-c', script)
      await delay(300)
      const begin = Date.now()
      const results = await stopProcesses([{ pid }], { grace: 400 })
      expect(results).toEqual([{ pid, outcome: 'killed' }])
      expect(Date.now() - begin).toBeGreaterThanOrEqual(400)
      await stopProcesses(inside(), { grace: 0 })
    },
    TIMEOUT,
  )

  test(
    'a stopped process goes on to its end',
    async () => {
      const pid = await start('sleep', '1000')
      process.kill(pid, 'SIGSTOP')
      expect(await stopProcesses([{ pid }])).toEqual([{ pid, outcome: 'terminated' }])
    },
    TIMEOUT,
  )

  test(
    'a pid of another start time is another process',
    async () => {
      const pid = await start('sleep', '1000')
      expect(await stopProcesses([{ pid, startTime: 1 }, { pid: 4_194_305 }])).toEqual([
        { pid, outcome: 'gone' },
        { pid: 4_194_305, outcome: 'gone' },
      ])
      expect(inside()).toHaveLength(1)
    },
    TIMEOUT,
  )

  test(
    'refuses itself and process 1 before any signal',
    async () => {
      const pid = await start('sleep', '1000')
      await expect(stopProcesses([{ pid }, { pid: process.pid }])).rejects.toThrow('this very process')
      await expect(stopProcesses([{ pid }, { pid: 1 }])).rejects.toThrow('process 1')
      expect(inside()).toHaveLength(1)
    },
    TIMEOUT,
  )

  test(
    'an abort ends the waiting',
    async () => {
      const pid = await start('bash', '-c', 'trap "" TERM; while :; do sleep 0.1; done')
      await delay(300)
      const signal = AbortSignal.timeout(100)
      await expect(stopProcesses([{ pid }], { signal })).rejects.toThrow(/abort|timeout/i)
      expect(identify(pid)).toEqual(['pr-x'])
      await stopProcesses(inside(), { grace: 0 })
    },
    TIMEOUT,
  )
})

test('nothing stays', () => {
  expect(inside()).toEqual([])
  expect(listNamed().map(({ name }) => name)).not.toContain('pr-y')
})
