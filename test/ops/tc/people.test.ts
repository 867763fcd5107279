// Rates, sizes and times as people write them, in the options of qdiscs and classes: the requests mean what those of tc
// mean that were captured from the same words (fixtures/tc-*).
import { describe, expect, test } from 'vitest'
import { type Request, requestBytes } from '../../../src/netlink/request.ts'
import * as tc from '../../../src/ops/tc/tc.ts'
import { actionMessage } from '../../../src/route/tc/action.ts'
import { classMessage, filterMessage, qdiscMessage } from '../../../src/route/tc/tc.ts'
import { lastSent } from '../fixture.ts'
import { meaning, refused } from '../requests.ts'

const dev = 3
const qdisc = <const K extends string>(kind: K, options: tc.qdisc.QdiscOptions<K>, handle?: string): Request<void> =>
  tc.qdisc.add({ dev, kind, options, handle })
const klass = <const K extends string>(kind: K, options: tc.class.ClassOptions<K>): Request<void> =>
  tc.class.add({ dev, parent: '1:', classId: '1:20', kind, options })

describe('qdiscs', () => {
  test.each([
    ['bfifo', qdisc('bfifo', { limit: '10000b' })],
    [
      'cake',
      qdisc('cake', {
        bandwidth: '20mbit',
        rtt: '50ms',
        target: '2500us',
        memory: '8mb',
        minimumPacket: 64,
        ...{ diffserv: 'diffserv4', flowMode: 'dual-srchost', nat: 1, wash: 1, splitGso: 0, ackFilter: 'enabled' },
        ...{ autorate: 0, fwmark: 0xff, atm: 'atm', overhead: 44, ingress: 1 },
      }),
    ],
    ['choke', qdisc('choke', { limit: 100, rate: '10mbit', min: 20, max: 60, burst: 30, flags: ['ecn'] })],
    ['codel', qdisc('codel', { limit: 500, target: '5ms', interval: '100ms', ecn: 1, ceThreshold: '2ms' })],
    [
      'etf',
      qdisc('etf', {
        parameters: { delta: '200us', clock: 'TAI', flags: ['deadline_mode', 'offload', 'skip_sock_check'] },
      }),
    ],
    [
      'ets',
      qdisc('ets', { bands: 4, strict: 2, quanta: { bands: ['1500', '3000b'] }, priomap: { bands: [0, 1, 2, 3, 0] } }),
    ],
    [
      'fq',
      qdisc('fq', {
        ...{ limit: 5000, flowLimit: 50, quantum: 3000, initialQuantum: 10_000, bucketsLog: 11, pacing: 0 },
        ...{ flowMaxRate: '100mbit', flowRefillDelay: '20ms', lowRateThreshold: '1mbit', orphanMask: 511 },
        ...{ timerSlack: '20us', ceThreshold: '3ms', horizon: '5s', horizonDrop: false },
      }),
    ],
    [
      'fq-codel',
      qdisc('fq_codel', {
        ...{ limit: 1000, flows: 512, memoryLimit: '8mb', target: '5ms', interval: '100ms', quantum: '300b' },
        ...{ ecn: 0, ceThreshold: '2ms', ceThresholdSelector: 2, ceThresholdMask: 3, dropBatch: 32 },
      }),
    ],
    [
      'fq-pie',
      qdisc('fq_pie', {
        ...{ limit: 500, flows: 256, target: '20ms', updateInterval: '30ms', alpha: 3, beta: 25, quantum: '1500b' },
        ...{ memoryLimit: '1mb', ecnProbability: 15, ecn: 1, byteMode: 1, dequeueRateEstimator: 1 },
      }),
    ],
    ['gred', qdisc('gred', { setup: { count: 4, default: 1, grio: true, flags: ['ecn'] }, limit: 100_000 })],
    [
      'hhf',
      qdisc('hhf', {
        ...{ limit: 100, quantum: '1500b', heavyFlowsLimit: 100, resetTimeout: '20ms', admitBytes: '64kb' },
        ...{ evictTimeout: '0.5s', nonHeavyWeight: 3 },
      }),
    ],
    [
      'mqprio',
      qdisc('mqprio', {
        header: {
          classes: 2,
          priorityToClass: [0, 0, 1, 1, ...Array<number>(12).fill(0)],
          hardware: 1,
          counts: [1, 1, ...Array<number>(14).fill(0)],
          offsets: [0, 1, ...Array<number>(14).fill(0)],
        },
        attributes: {
          mode: 'channel',
          shaper: 'bw_rlimit',
          minRates: { rates: ['1mbit', '2mbit', ...Array<number>(14).fill(0)] },
          maxRates: { rates: ['10mbit', '20mbit', ...Array<number>(14).fill(0)] },
        },
      }),
    ],
    [
      'pie',
      qdisc('pie', {
        ...{ limit: 500, target: '20ms', updateInterval: '30ms', alpha: 3, beta: 25 },
        ...{ ecn: 1, byteMode: 1, dequeueRateEstimator: 1 },
      }),
    ],
    [
      'red',
      qdisc('red', {
        ...{ limit: 400_000, min: '30000', max: '90000b', averagePacket: 1000, burst: 55, rate: '10mbit' },
        ...{ probability: '5%', flags: ['ecn', 'adaptive', 'nodrop'] },
      }),
    ],
    ['sfb', qdisc('sfb', { rehashInterval: '600ms', warmupTime: 60, limit: 100, max: 25, binSize: 20 })],
    [
      'sfq',
      qdisc('sfq', {
        ...{ limit: 200, perturb: '10s', quantum: '3000b', divisor: 1024, depth: 50, headDrop: 1, flows: 100 },
      }),
    ],
    [
      'sfq-red',
      qdisc('sfq', {
        ...{ limit: 200, perturb: 10, redLimit: 100_000, min: 8000, max: 60_000, averagePacket: 1000, burst: 13 },
        ...{ probability: 0.1, flags: ['ecn', 'harddrop'] },
      }),
    ],
    [
      'taprio',
      qdisc(
        'taprio',
        {
          clock: 'TAI',
          flags: ['txtime_assist'],
          txtimeDelay: '500us',
          baseTime: '1s',
          cycleTime: '1ms',
          cycleTimeExtension: '100ns',
          priomap: {
            classes: 3,
            priorityToClass: [2, 2, 1, ...Array<number>(13).fill(0)],
            counts: [1, 1, 2, ...Array<number>(13).fill(0)],
            offsets: [0, 1, 2, ...Array<number>(13).fill(0)],
          },
          schedule: {
            entries: [
              { command: 'S', gateMask: 1, interval: '300us' },
              { command: 'S', gateMask: 2, interval: '300us' },
              { command: 'S', gateMask: 4, interval: 400_000 },
            ],
          },
        },
        '100:',
      ),
    ],
  ])('%s', (name, request) => {
    const theirs = meaning(qdiscMessage, lastSent(`tc-qdisc/${name}`, qdiscMessage.types.RTM_NEWQDISC))
    expect(meaning(qdiscMessage, requestBytes(request, {}))).toEqual(theirs)
  })

  test('one of gred’s queues', () => {
    const request = tc.qdisc.change({
      dev,
      kind: 'gred',
      options: {
        ...{ dropPrecedence: 1, priority: 2, limit: 60_000, min: 10_000, max: 30_000, averagePacket: 1000 },
        ...{ burst: 20, probability: 0.1, rate: '10mbit', flags: ['harddrop'] },
      },
    })
    const theirs = meaning(qdiscMessage, lastSent('tc-qdisc/gred-vq', qdiscMessage.types.RTM_NEWQDISC))
    expect(meaning(qdiscMessage, requestBytes(request, {}))).toEqual(theirs)
  })
})

describe('classes', () => {
  test.each([
    ['drr', klass('drr', { quantum: '1500b' })],
    ['qfq', klass('qfq', { weight: 3, maxPacket: '2kb' })],
    [
      'hfsc-curves',
      klass('hfsc', {
        realTime: { m1: '2mbit', d: '10ms', m2: '1mbit' },
        linkShare: { m2: '3mbit' },
        upperLimit: { m2: '5mbit' },
      }),
    ],
  ])('%s', (name, request) => {
    const theirs = meaning(classMessage, lastSent(`tc-class/${name}`, classMessage.types.RTM_NEWTCLASS))
    expect(meaning(classMessage, requestBytes(request, {}))).toEqual(theirs)
  })
})

test.each([
  ['fq', { flowMaxRate: '10mbt' }, "flowMaxRate must be a rate: '10mbit', not '10mbt'"],
  ['codel', { target: '5 ms' }, "target must be a time: '5ms', not '5 ms'"],
  ['taprio', { schedule: { entries: [{ interval: 'soon' }] } }, 'schedule.entries.0.interval must be a time'],
  ['red', { averagePacket: 1000 }, 'limit must be given: red needs it'],
  ['red', { limit: 1000, averagePacket: 100, max: 2000 }, 'max is larger than the limit'],
  ['red', { limit: 400_000, averagePacket: 1000, min: 30_000, burst: 1 }, 'burst is too small'],
  ['sfq', { limit: 100, averagePacket: 1000 }, 'redLimit must be given'],
  ['choke', { limit: 100 }, 'rate must be given'],
  ['red', { limit: '400kb', averagePacket: 1000, probability: '2%%' }, 'probability must be a share'],
])('%s refuses %j', (kind, options, reason) => {
  expect(refused(() => tc.qdisc.add({ dev, kind, options })).message).toContain(reason)
})

test('terse lists ask for no options', () => {
  const asked = (request: Request<any, any>, message: typeof filterMessage | typeof actionMessage): any =>
    meaning(message, requestBytes(request, {}))
  const flag = { value: ['terse'], selector: ['terse'] }
  expect(asked(tc.filter.list({ dev, parent: 'ingress', terse: true }), filterMessage).dumpFlags).toEqual(flag)
  expect(asked(tc.filter.list({ dev }), filterMessage)).not.toHaveProperty('dumpFlags')
  expect(asked(tc.action.list({ kind: 'gact', terse: true }), actionMessage).flags.value).toContain('terse_dump')
})
