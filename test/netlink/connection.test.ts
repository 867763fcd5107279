// The engine of connection.ts over a socket that plays the kernel: what is sent, who gets which answer, and what becomes
// of a call when the answers are late, lost, wrong or foreign.
import { afterEach, describe, expect, test, vi } from 'vitest'
import { Writer } from '../../src/netlink/attribute.ts'
import { u32 } from '../../src/netlink/codec.ts'
import { BatchError, Connection } from '../../src/netlink/connection.ts'
import {
  ClosedError,
  InterruptedDumpError,
  NetlinkError,
  type NetlinkWarning,
  OverrunError,
  TimeoutError,
} from '../../src/netlink/error.ts'
import { MalformedError } from '../../src/netlink/malformed.ts'
import { NLM_F_DUMP, NLM_F_DUMP_INTR, NLM_F_MULTI } from '../../src/netlink/message.ts'
import type { ListRequest, Reference, Request } from '../../src/netlink/request.ts'
import { attributes, message, nest } from '../../src/netlink/schema.ts'
import { struct } from '../../src/netlink/struct.ts'
import { SysError } from '../../src/sys/libc.ts'
import { cut, FakeSocket, foreign, overrun, type Script, type Sent, stale, truncated } from '../../src/testing/index.ts'
import { attribute, concat, hex } from '../dump/bytes.ts'

const INNER = attributes('INNER', { deep: [1, 'INNER_DEEP', u32] })
const thing = message(
  'thing',
  { NEW_THING: 16, GET_THING: 18 },
  struct('thing', { id: ['t_id', u32] }),
  attributes('THING', { size: [1, 'THING_SIZE', u32], inner: [2, 'THING_INNER', nest(INNER)] }),
)
const { NEW_THING, GET_THING } = thing.types

// ── requests ───────────────────────────────────────────────────────────────

const base = (op: string, id: number) => ({
  op: `thing.${op}`,
  what: `${op} thing ${id}`,
  flags: 0,
  message: thing,
  needs: [] as readonly Reference[],
  encode: (w: Writer) => thing.encode(w, { header: { id }, attributes: { inner: { deep: 1 } } }),
})
const set = (id: number): Request<void> => ({
  ...base('set', id),
  mode: 'change',
  type: NEW_THING,
  finish: () => undefined,
})
const get = (id: number): Request<number, number> => ({
  ...base('get', id),
  mode: 'get',
  type: GET_THING,
  decode: (_type, v, _b, p) => v.getUint32(p, true),
  finish: ([found]) => found!,
})
const list = (): ListRequest<number> => ({
  ...base('list', 0),
  mode: 'dump',
  type: GET_THING,
  decode: (_type, v, _b, p) => v.getUint32(p, true),
  finish: items => items,
})
/** A change of something that has a name: its id is asked for first. */
const setNamed = (name: string, affects: readonly string[] = []): Request<void> => {
  const reference: Reference = { key: name, ask: { ...get(name.length), what: `find thing '${name}'` } }
  return {
    ...set(0),
    what: `set thing '${name}'`,
    needs: [reference],
    affects,
    encode: (w, resolved) => thing.encode(w, { header: { id: resolved.get(reference) } }),
  }
}
const bad = (): Request<void> => ({
  ...set(0),
  encode: w => thing.encode(w, { header: { id: 1 }, attributes: { size: -1 } }),
})

// ── answers ────────────────────────────────────────────────────────────────

const idOf = ({ payload }: Sent): number => new DataView(payload.buffer).getUint32(0, true)
const item = (id: number): Uint8Array => {
  const w = new Writer()
  w.u32(id)
  return w.finish()
}
const stored = (id: number) => ({ type: NEW_THING, payload: item(id) })
/** Acknowledges changes, answers gets with their own id and dumps with 1, 2, 3. */
const kernel: Script = (sent, socket) => {
  if (sent.type === NEW_THING) return [socket.ack(sent)]
  if ((sent.flags & NLM_F_DUMP) !== NLM_F_DUMP) return [socket.message(sent.sequence, NEW_THING, 0, item(idOf(sent)))]
  return socket.dump(sent, [1, 2, 3].map(stored), { perDatagram: 2 })
}
const silent: Script = () => undefined
const text = (type: number, words: string): Uint8Array => attribute(type, new TextEncoder().encode(`${words}\0`))
const number = (type: number, value: number): Uint8Array => attribute(type, item(value))

const open: Connection[] = []
function connect(script: Script = kernel, options: ConstructorParameters<typeof FakeSocket>[1] = {}) {
  const socket = new FakeSocket(script, options)
  const warnings: NetlinkWarning[] = []
  const connection = new Connection(socket, { onWarning: warning => warnings.push(warning) })
  open.push(connection)
  return { socket, connection, warnings }
}
afterEach(() => {
  for (const connection of open.splice(0)) connection.close()
  vi.restoreAllMocks()
})

const failure = async (work: Promise<unknown>): Promise<any> =>
  work.then(
    () => {
      throw new Error('it did not fail')
    },
    error => error,
  )
const turn = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 5))

/** Each test of the engine runs through both drivers. */
const DRIVERS = [
  ['run', <T>(c: Connection, r: Request<T, any>, o = {}) => c.run(r, o)],
  ['runSync', async <T>(c: Connection, r: Request<T, any>, o = {}) => c.runSync(r, o)],
] as const

describe.each(DRIVERS)('%s', (_driver, run) => {
  test('a change ends with its ack', async () => {
    const { connection, socket } = connect()
    expect(await run(connection, set(7))).toBeUndefined()
    expect(socket.sent.map(idOf)).toEqual([7])
    expect(socket.sent[0]!.flags).toBe(0x5)
  })
  test('a get ends with its answer', async () => {
    const { connection, socket } = connect()
    expect(await run(connection, get(7))).toBe(7)
    expect(socket.sent[0]!.flags).toBe(0x1)
  })
  test('a dump of several datagrams is one list', async () => {
    const { connection, socket } = connect()
    expect(await run(connection, list())).toEqual([1, 2, 3])
    expect(socket.sent[0]!.flags).toBe(0x301)
  })
  test('every request has a sequence number of its own', async () => {
    const { connection, socket } = connect()
    for (let i = 0; i < 3; i++) await run(connection, set(i))
    expect(new Set(socket.sent.map(sent => sent.sequence)).size).toBe(3)
  })
  test('an error is a NetlinkError that says what was asked', async () => {
    const { connection } = connect((sent, socket) => [socket.ack(sent, 17)])
    const error = await failure(run(connection, set(7)))
    expect(error).toBeInstanceOf(NetlinkError)
    expect(error).toMatchObject({ code: 'EEXIST', errno: 17, kernelMessage: undefined, attribute: undefined })
    expect(error.message).toMatch(/^cannot set thing 7: .*\(EEXIST\)/)
    expect(error.request).toMatchObject({ op: 'thing.set', what: 'set thing 7' })
  })
  test('an extended ack gives the sentence and the path of the attribute', async () => {
    // nlmsghdr 16, t_id 4, THING_INNER 4: INNER_DEEP begins at 24.
    const { connection } = connect((sent, socket) => [
      socket.ack(sent, 22, concat(text(1, 'too deep.'), number(2, 24))),
    ])
    const error = await failure(run(connection, set(7)))
    expect(error).toMatchObject({ kernelMessage: 'too deep.', attribute: ['THING_INNER', 'INNER_DEEP'] })
    expect(error.message).toBe('cannot set thing 7: too deep (EINVAL) (at THING_INNER → INNER_DEEP)')
  })
  test('an extended ack names a header field', async () => {
    const { connection } = connect((sent, socket) => [socket.ack(sent, 22, number(2, 16))])
    expect((await failure(run(connection, set(7)))).attribute).toEqual(['t_id'])
  })
  test('an extended ack names what is missing', async () => {
    const { connection } = connect((sent, socket) => [socket.ack(sent, 22, number(5, 1))])
    expect(await failure(run(connection, set(7)))).toMatchObject({ missing: 'THING_SIZE' })
  })
  test('a warning on success is handed over', async () => {
    const { connection, warnings } = connect((sent, socket) => [socket.ack(sent, 0, text(1, 'deprecated'))])
    await run(connection, set(7))
    expect(warnings).toEqual([{ message: 'deprecated', request: 'set thing 7' }])
    const own: NetlinkWarning[] = []
    await run(connection, set(8), { onWarning: (warning: NetlinkWarning) => own.push(warning) })
    expect([warnings.length, own]).toEqual([1, [{ message: 'deprecated', request: 'set thing 8' }]])
  })
  test('a dump that ends with an error fails', async () => {
    const { connection } = connect((sent, socket) => [socket.done(sent, 95)])
    expect(await failure(run(connection, list()))).toMatchObject({ code: 'EOPNOTSUPP' })
  })
  test('a dump is tried again when it was interrupted', async () => {
    let tries = 0
    const { connection, socket } = connect((sent, socket) => {
      const flags = ++tries < 3 ? NLM_F_DUMP_INTR : 0
      return [socket.message(sent.sequence, NEW_THING, NLM_F_MULTI | flags, item(tries)), socket.done(sent)]
    })
    expect(await run(connection, list())).toEqual([3])
    expect(socket.sent).toHaveLength(3)
  })
  test('an interruption that only the end tells counts', async () => {
    let tries = 0
    const { connection } = connect((sent, socket) => [socket.done(sent, 0, ++tries < 2 ? NLM_F_DUMP_INTR : 0)])
    await run(connection, list())
    expect(tries).toBe(2)
  })
  test('a dump that is always interrupted fails, with the last partial list', async () => {
    let tries = 0
    const { connection, socket } = connect((sent, socket) => [
      socket.message(sent.sequence, NEW_THING, NLM_F_MULTI | NLM_F_DUMP_INTR, item(++tries)),
      socket.done(sent),
    ])
    const error = await failure(run(connection, list()))
    expect(error).toBeInstanceOf(InterruptedDumpError)
    expect(error).toMatchObject({ code: 'EINTR', partial: [5] })
    expect(socket.sent).toHaveLength(5)
  })
  test('an overrun fails what is pending, and the connection goes on', async () => {
    const { connection, socket } = connect(() => [overrun()])
    const error = await failure(run(connection, set(7)))
    expect(error).toBeInstanceOf(OverrunError)
    expect(error.message).toContain('whether the kernel could set thing 7 is not known')
    socket.script = kernel
    expect(await run(connection, list())).toEqual([1, 2, 3])
  })
  test('another error of the socket is thrown as it is', async () => {
    const { connection } = connect(() => [new SysError('recvmsg', 12)])
    expect(await failure(run(connection, set(7)))).toMatchObject({ name: 'SysError', code: 'ENOMEM' })
  })
  test('an error of send is thrown as it is, and nothing is pending', async () => {
    const { connection, socket } = connect()
    socket.sendError = new SysError('send', 90)
    expect(await failure(run(connection, set(7)))).toMatchObject({ code: 'EMSGSIZE' })
    await run(connection, set(8))
    expect(socket.sent.map(idOf)).toEqual([8])
  })
  test('a foreign sender is not believed, and counted', async () => {
    const { connection } = connect((sent, socket) => [foreign(socket.ack(sent, 1)), socket.ack(sent)])
    await run(connection, set(7))
    expect(connection.foreignMessages).toBe(1)
  })
  test('a stale sequence number is passed over', async () => {
    const { connection } = connect((sent, socket) => [
      socket.ack(stale(sent), 1),
      socket.message(sent.sequence + 1000, NEW_THING, 0, item(9)),
      socket.message(sent.sequence, NEW_THING, 0, item(7)),
    ])
    expect(await run(connection, get(7))).toBe(7)
  })
  test('the port id of another socket is passed over', async () => {
    const { connection } = connect((sent, socket) => [
      socket.message(sent.sequence, NEW_THING, 0, item(9), 1),
      socket.message(sent.sequence, NEW_THING, 0, item(7)),
    ])
    expect(await run(connection, get(7))).toBe(7)
  })
  test('a binding that does not know its port id takes any', async () => {
    const { connection } = connect((sent, socket) => [socket.message(sent.sequence, NEW_THING, 0, item(7), 1)], {
      portId: 0,
    })
    expect(await run(connection, get(7))).toBe(7)
  })
  test('NLMSG_NOOP means nothing', async () => {
    const { connection } = connect((sent, socket) => [
      concat(socket.message(sent.sequence, 1, 0, hex('')), socket.message(sent.sequence, NEW_THING, 0, item(7))),
    ])
    expect(await run(connection, get(7))).toBe(7)
  })
  test('a value that cannot be encoded sends nothing', async () => {
    const { connection, socket } = connect()
    expect(await failure(run(connection, bad()))).toMatchObject({ code: 'ERR_INVALID_VALUE', path: ['size'] })
    expect(socket.sent).toEqual([])
    await run(connection, set(7))
    expect(socket.sent[0]!.bytes).toHaveLength(32)
  })
  test('a name is asked for first; what fails names both', async () => {
    const { connection, socket } = connect()
    await run(connection, setNamed('four'))
    expect(socket.sent.map(sent => [sent.type, idOf(sent)])).toEqual([
      [GET_THING, 4],
      [NEW_THING, 4],
    ])
    socket.script = (sent, s) => [s.ack(sent, 19)]
    const error = await failure(run(connection, setNamed('four')))
    expect(error.code).toBe('ENODEV')
    expect(error.message).toMatch(/^cannot set thing 'four': cannot find thing 'four': /)
  })
  test('a descriptor that a request needs is closed again, also when it fails', async () => {
    const { connection, socket } = connect()
    const close = vi.fn()
    const reference: Reference = { key: 'ns', open: () => ({ value: 5, close }) }
    const request: Request<void> = { ...set(0), needs: [reference] }
    await run(connection, request)
    expect(close).toHaveBeenCalledTimes(1)
    socket.script = (sent, s) => [s.ack(sent, 1)]
    await failure(run(connection, request))
    expect(close).toHaveBeenCalledTimes(2)
  })
  test('what decode throws is the error, and the rest of the dump is passed over', async () => {
    const { connection } = connect()
    const request: ListRequest<number> = {
      ...list(),
      decode: (_type, v, _b, p) => {
        if (v.getUint32(p, true) === 2) throw new RangeError('two')
        return 1
      },
    }
    expect(await failure(run(connection, request))).toMatchObject({ message: 'two' })
    expect(await run(connection, list())).toEqual([1, 2, 3])
  })
  test('what finish throws is the error', async () => {
    const { connection } = connect()
    const request: Request<void> = {
      ...set(1),
      finish: () => {
        throw new RangeError('the end')
      },
    }
    expect(await failure(run(connection, request))).toMatchObject({ message: 'the end' })
    expect(await run(connection, get(7))).toBe(7)
  })
  test('a malformed datagram is a MalformedError, and the connection goes on', async () => {
    const { connection, socket } = connect(() => [hex('ff000000100000000000000000000000')])
    const error = await failure(run(connection, set(7)))
    expect(error).toBeInstanceOf(MalformedError)
    expect(error).toMatchObject({ what: 'netlink message', offset: 0 })
    socket.script = kernel
    await run(connection, set(8))
  })
  test('a datagram cut anywhere is a MalformedError or silence, and the connection goes on', async () => {
    for (let length = 0; length < 36; length++) {
      const { connection, socket } = connect((sent, s) => [cut(s.ack(sent), length)])
      const error = await failure(run(connection, set(7), { timeout: 1 }))
      expect(error).toBeInstanceOf(length === 0 ? TimeoutError : MalformedError)
      socket.script = kernel
      expect(await run(connection, get(8))).toBe(8)
    }
  })
  test('a datagram larger than the buffer is EMSGSIZE, and the connection goes on', async () => {
    const { connection, socket } = connect(() => [truncated()])
    expect(await failure(run(connection, get(7)))).toMatchObject({ syscall: 'recvmsg', code: 'EMSGSIZE' })
    socket.script = kernel
    expect(await run(connection, get(8))).toBe(8)
  })
  test('a dump is the same however it is split over datagrams, with whatever comes between', async () => {
    const ids = [1, 2, 3, 4, 5]
    for (const perDatagram of [1, 2, 3, 5]) {
      const { connection } = connect((sent, s) =>
        s
          .dump(sent, ids.map(stored), { perDatagram })
          .flatMap(part => [foreign(part), part, s.reply(stale(sent), stored(9)), s.notification(stored(9))]),
      )
      expect(await run(connection, list())).toEqual(ids)
    }
  })
  test('a malformed ack fails its own request', async () => {
    const { connection } = connect((sent, socket) => [socket.message(sent.sequence, 2, 0, hex('0000'))])
    expect(await failure(run(connection, set(7)))).toMatchObject({ name: 'MalformedError', what: 'struct nlmsgerr' })
  })
  test('no answer in time is a TimeoutError; the late answer is passed over', async () => {
    const { connection, socket } = connect(silent)
    const error = await failure(run(connection, get(7), { timeout: 20 }))
    expect(error).toBeInstanceOf(TimeoutError)
    expect(error).toMatchObject({ code: 'ETIMEDOUT' })
    socket.deliver(socket.message(socket.sent[0]!.sequence, NEW_THING, 0, item(7)))
    socket.script = kernel
    expect(await run(connection, get(8))).toBe(8)
  })
  test('after close nothing is sent', async () => {
    const { connection, socket } = connect()
    connection.close()
    connection.close()
    expect(await failure(run(connection, set(7)))).toBeInstanceOf(ClosedError)
    expect([socket.sent, socket.closed, connection.closed]).toEqual([[], true, true])
  })
  test('an abort before the send sends nothing', async () => {
    const { connection, socket } = connect()
    const error = await failure(run(connection, set(7), { signal: AbortSignal.abort(new Error('no more')) }))
    expect(error.message).toBe('no more')
    expect(socket.sent).toEqual([])
  })
})

describe('streams', () => {
  test('forEach hands over one by one', async () => {
    const { connection } = connect()
    const seen: number[] = []
    await connection.forEach(list(), one => seen.push(one))
    connection.forEachSync(list(), one => seen.push(one))
    expect(seen).toEqual([1, 2, 3, 1, 2, 3])
  })
  test('what the handler throws ends it, and the next dump is whole', async () => {
    const { connection } = connect()
    const seen: number[] = []
    const error = await failure(
      connection.forEach(list(), one => {
        seen.push(one)
        throw new RangeError('enough')
      }),
    )
    expect([error.message, seen]).toEqual(['enough', [1]])
    expect(await connection.run(list())).toEqual([1, 2, 3])
  })
  test('an interrupted one fails at its end', async () => {
    const { connection } = connect((sent, socket) => [
      socket.message(sent.sequence, NEW_THING, NLM_F_MULTI | NLM_F_DUMP_INTR, item(1)),
      socket.done(sent),
    ])
    const seen: number[] = []
    expect(await failure(connection.forEach(list(), one => seen.push(one)))).toBeInstanceOf(InterruptedDumpError)
    expect(seen).toEqual([1])
  })
})

describe('concurrency', () => {
  test('answers in another order reach who asked', async () => {
    const held: Sent[] = []
    const { connection, socket } = connect(sent => {
      held.push(sent)
      return undefined
    })
    const all = Promise.all([1, 2, 3].map(id => connection.run(get(id))))
    await turn()
    for (const sent of held.toReversed())
      socket.deliver(socket.message(sent.sequence, NEW_THING, 0, item(idOf(sent) * 10)))
    expect(await all).toEqual([10, 20, 30])
    expect(socket.watched).toBe(false)
  })
  test('answers to several in one datagram reach all', async () => {
    const { connection, socket } = connect(silent)
    const all = Promise.all([1, 2, 3].map(id => connection.run(get(id))))
    await turn()
    socket.deliver(concat(...socket.sent.map(sent => socket.message(sent.sequence, NEW_THING, 0, item(idOf(sent))))))
    expect(await all).toEqual([1, 2, 3])
  })
  test('an answer before malformed bytes counts', async () => {
    const { connection, socket } = connect(silent)
    const [first, second] = [connection.run(get(1)), connection.run(get(2), { timeout: 500 })]
    await turn()
    socket.deliver(
      concat(socket.message(socket.sent[1]!.sequence, NEW_THING, 0, item(2)), hex('ff000000100000000000000000000000')),
    )
    // Who received it (the first in line) is told; the other has its answer.
    await expect(first).rejects.toBeInstanceOf(MalformedError)
    expect(await second).toBe(2)
  })
  test('dumps queue: one at a time is asked of the kernel', async () => {
    const running: Sent[] = []
    const { connection, socket } = connect(sent => {
      running.push(sent)
      return undefined
    })
    const all = Promise.all([connection.run(list()), connection.run(list()), connection.run(list())])
    for (let i = 0; i < 3; i++) {
      await vi.waitFor(() => expect(running).toHaveLength(i + 1))
      const sent = running[i]!
      socket.deliver(socket.message(sent.sequence, NEW_THING, NLM_F_MULTI, item(i)), socket.done(sent))
    }
    expect(await all).toEqual([[0], [1], [2]])
  })
  test('changes pass a dump that is not at its end', async () => {
    const { connection, socket } = connect((sent, s) => (sent.type === NEW_THING ? [s.ack(sent)] : undefined))
    const dump = connection.run(list())
    await connection.run(set(7))
    connection.runSync(set(8))
    socket.deliver(socket.done(socket.sent[0]!))
    expect(await dump).toEqual([])
  })
  test('a synchronous call takes in what others wait for', async () => {
    const { connection, socket } = connect(silent)
    const waiting = connection.run(get(1))
    socket.script = kernel
    socket.deliver(socket.message(socket.sent[0]!.sequence, NEW_THING, 0, item(1)))
    expect(connection.runSync(get(2))).toBe(2)
    expect(await waiting).toBe(1)
  })
  test('a dump that nobody waits for is taken to its end before the next', async () => {
    const { connection, socket } = connect(silent)
    const gone = failure(connection.run(list(), { timeout: 10 }))
    expect(await gone).toBeInstanceOf(TimeoutError)
    const next = connection.run(list())
    await turn()
    expect(socket.sent).toHaveLength(1)
    socket.script = kernel
    socket.deliver(
      socket.message(socket.sent[0]!.sequence, NEW_THING, NLM_F_MULTI, item(9)),
      socket.done(socket.sent[0]!),
    )
    expect(await next).toEqual([1, 2, 3])
  })
  test('a binding without sync says so', () => {
    const { connection } = connect(kernel, { capabilities: { sync: false } })
    expect(() => connection.runSync(set(1))).toThrow('synchronous calls are not supported by this binding')
  })
})

describe('abort, timeout and close', () => {
  test('an abort after the send ends the waiting', async () => {
    const { connection, socket } = connect(silent)
    const controller = new AbortController()
    const work = failure(connection.run(set(7), { signal: controller.signal }))
    await turn()
    controller.abort(new Error('enough'))
    expect((await work).message).toBe('enough')
    expect([socket.sent.length, socket.watched]).toEqual([1, false])
    socket.script = kernel
    socket.deliver(socket.ack(socket.sent[0]!))
    expect(await connection.run(get(8))).toBe(8)
  })
  test('an abort while a name is looked up sends no more', async () => {
    const controller = new AbortController()
    const { connection, socket } = connect((sent, s) => {
      setTimeout(() => {
        controller.abort()
        s.deliver(s.message(sent.sequence, NEW_THING, 0, item(4)))
      })
      return undefined
    })
    await failure(connection.run(setNamed('four'), { signal: controller.signal }))
    await turn()
    expect(socket.sent.map(sent => sent.type)).toEqual([GET_THING])
  })
  test('an abort in the queue of dumps sends nothing', async () => {
    const { connection, socket } = connect(silent)
    const controller = new AbortController()
    const first = connection.run(list())
    const second = failure(connection.run(list(), { signal: controller.signal }))
    await turn()
    controller.abort()
    socket.deliver(socket.done(socket.sent[0]!))
    expect((await second).name).toBe('AbortError')
    expect(await first).toEqual([])
    expect(socket.sent).toHaveLength(1)
  })
  test('an abort between the parts of a batch sends no more parts', async () => {
    const controller = new AbortController()
    const { connection, socket } = connect(
      (sent, s) => {
        controller.abort()
        return [s.ack(sent)]
      },
      { capabilities: { acks: 2 } },
    )
    await failure(connection.batch([1, 2, 3, 4].map(set), { signal: controller.signal }))
    expect(socket.sent.map(idOf)).toEqual([1, 2])
  })
  test('no listener of a signal is left', async () => {
    const { connection } = connect((sent, s) => {
      setTimeout(() => s.deliver(s.ack(sent)))
      return undefined
    })
    const { signal } = new AbortController()
    const add = vi.spyOn(signal, 'addEventListener')
    const remove = vi.spyOn(signal, 'removeEventListener')
    await connection.run(set(7), { signal })
    expect(add.mock.calls.length).toBeGreaterThan(0)
    expect(remove.mock.calls.length).toBe(add.mock.calls.length)
  })
  test('a timeout without end waits, and does not spin', async () => {
    const warned = vi.fn()
    process.once('warning', warned)
    const { connection, socket } = connect(silent)
    const work = connection.run(get(7), { timeout: Number.POSITIVE_INFINITY })
    await turn()
    socket.deliver(socket.message(socket.sent[0]!.sequence, NEW_THING, 0, item(7)))
    expect(await work).toBe(7)
    process.off('warning', warned)
    expect(warned).not.toHaveBeenCalled()
  })
  test('close settles all that is pending, each with ClosedError', async () => {
    const { connection, socket } = connect(silent)
    const work = [
      connection.run(set(1)),
      connection.run(get(2)),
      connection.run(list()),
      connection.run(list()),
      connection.batch([set(3)]),
      connection.forEach(list(), () => {}),
    ].map(failure)
    await turn()
    connection.close()
    for (const error of await Promise.all(work)) expect(error).toBeInstanceOf(ClosedError)
    expect([socket.closed, socket.watched]).toEqual([true, false])
  })
  test('disposing closes', () => {
    const { connection, socket } = connect()
    connection[Symbol.dispose]()
    expect(socket.closed).toBe(true)
  })
  test('an overrun fails all that is pending', async () => {
    const { connection, socket } = connect(silent)
    const work = [connection.run(set(1)), connection.run(get(2)), connection.run(list())].map(failure)
    await turn()
    socket.deliver(overrun())
    for (const error of await Promise.all(work)) expect(error).toBeInstanceOf(OverrunError)
    socket.script = kernel
    expect(await connection.run(list())).toEqual([1, 2, 3])
  })
})

describe('room for answers', () => {
  const answerAll = (socket: FakeSocket): void => {
    for (const sent of socket.sent) socket.deliver(socket.ack(sent))
  }
  test('runs at once have no more acks outstanding than the binding takes', async () => {
    const { connection, socket } = connect(silent, { capabilities: { acks: 3 } })
    const work = Array.from({ length: 8 }, (_, i) => connection.run(set(i)))
    await turn()
    expect(socket.sent.map(idOf)).toEqual([0, 1, 2])
    socket.script = kernel
    answerAll(socket)
    await Promise.all(work)
    expect(socket.sent.map(idOf).toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
  })
  test('an object takes more of it than an ack', async () => {
    const { connection, socket } = connect(silent, { capabilities: { acks: 16 } })
    const work = [1, 2, 3].map(id => connection.run(get(id)))
    await turn()
    expect(socket.sent.map(idOf)).toEqual([1, 2])
    socket.script = kernel
    for (const sent of socket.sent) socket.deliver(socket.message(sent.sequence, NEW_THING, 0, item(idOf(sent))))
    expect(await Promise.all(work)).toEqual([1, 2, 3])
    await connection.batch([1, 2, 3].map(get))
    expect(socket.datagrams.map(messages => messages.length)).toEqual([1, 1, 1, 2, 1])
  })
  test('an ack that echoes the request takes as much as that', async () => {
    const { connection, socket } = connect(kernel, { capabilities: { acks: 4, extendedAck: false } })
    const long = (id: number): Request<void> => ({
      ...set(id),
      encode: w => {
        w.u32(id)
        w.reserve(128)
      },
    })
    await connection.batch([set(1), set(2), long(3), long(4), set(5)])
    expect(socket.datagrams.map(messages => messages.map(idOf))).toEqual([
      [1, 2, 3],
      [4, 5],
    ])
  })
  test('one that is larger than all of it goes alone', async () => {
    const { connection, socket } = connect(kernel, { capabilities: { acks: 2 } })
    expect(await connection.batch([set(1), get(2), set(3)])).toEqual([undefined, 2, undefined])
    expect(socket.datagrams.map(messages => messages.map(idOf))).toEqual([[1], [2], [3]])
  })
  test('is taken until the answer comes, also when nobody waits any more', async () => {
    const { connection, socket } = connect(silent, { capabilities: { acks: 2, sync: false } })
    const controller = new AbortController()
    const aborted = [1, 2].map(id => failure(connection.run(set(id), { signal: controller.signal })))
    controller.abort()
    await Promise.all(aborted)
    const third = connection.run(set(3))
    await turn()
    expect(socket.sent.map(idOf)).toEqual([1, 2])
    socket.script = kernel
    answerAll(socket)
    await third
    expect(socket.sent.map(idOf)).toEqual([1, 2, 3])
  })
  test('a dump waits for it too', async () => {
    const { connection, socket } = connect(silent, { capabilities: { acks: 1 } })
    const work = [connection.run(set(1)), connection.run(list())]
    await turn()
    expect(socket.sent).toHaveLength(1)
    socket.script = kernel
    answerAll(socket)
    expect((await Promise.all(work))[1]).toEqual([1, 2, 3])
  })
  test('an overrun is told before the answers that are there: they count', async () => {
    const { connection, socket } = connect((sent, s) =>
      idOf(sent) === 3 ? [] : idOf(sent) === 1 ? [overrun(), s.ack(sent)] : [s.ack(sent)],
    )
    const results = await connection.batchSettled([set(1), set(2), set(3)])
    expect(results.map(result => result.status)).toEqual(['fulfilled', 'fulfilled', 'rejected'])
    expect(socket.receive()).toBeUndefined()
  })
})

describe('a warning that nobody takes', () => {
  test('is a warning of the process', async () => {
    const emit = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const socket = new FakeSocket((sent, s) => [s.ack(sent, 0, text(1, 'deprecated'))])
    const connection = new Connection(socket)
    open.push(connection)
    await connection.run(set(7))
    expect(emit).toHaveBeenCalledWith('set thing 7: deprecated', 'NetlinkWarning')
  })
})

describe.each([
  ['batch', (c: Connection, r: readonly Request<any, any>[]) => c.batch(r)],
  ['batchSync', async (c: Connection, r: readonly Request<any, any>[]) => c.batchSync(r)],
] as const)('%s', (_driver, batch) => {
  test('is one datagram, and the values are in order', async () => {
    const { connection, socket } = connect()
    expect(await batch(connection, [set(1), get(2), set(3), get(4)])).toEqual([undefined, 2, undefined, 4])
    expect(socket.datagrams.map(messages => messages.map(idOf))).toEqual([[1, 2, 3, 4]])
  })
  test('of nothing sends nothing', async () => {
    const { connection, socket } = connect()
    expect(await batch(connection, [])).toEqual([])
    expect(socket.datagrams).toEqual([])
  })
  test('has no more acks outstanding than the binding takes', async () => {
    const { connection, socket } = connect(kernel, { capabilities: { acks: 3 } })
    await batch(
      connection,
      Array.from({ length: 8 }, (_, i) => set(i)),
    )
    expect(socket.datagrams.map(messages => messages.length)).toEqual([3, 3, 2])
  })
  test('keeps below what the socket sends at once', async () => {
    const { connection, socket } = connect(kernel, { sendLimit: 200 })
    await batch(
      connection,
      Array.from({ length: 9 }, (_, i) => set(i)),
    )
    expect(socket.datagrams.map(messages => messages.length)).toEqual([4, 4, 1])
  })
  test('goes on behind what fails in the middle, and tells which', async () => {
    const { connection, socket } = connect((sent, s) => [s.ack(sent, idOf(sent) === 2 ? 17 : 0)])
    const error = await failure(batch(connection, [set(1), set(2), set(3)]))
    expect(error).toBeInstanceOf(BatchError)
    expect(error.message).toMatch(/^1 of 3 requests failed; the first is number 2: cannot set thing 2: /)
    expect(error.results.map((r: { status: string }) => r.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(error.errors).toEqual([error.results[1].reason])
    expect(socket.sent.map(idOf)).toEqual([1, 2, 3])
  })
  test('sends the others when one cannot be encoded', async () => {
    const { connection, socket } = connect()
    const error = await failure(batch(connection, [set(1), bad(), set(3)]))
    expect(error.results[1].reason).toMatchObject({ code: 'ERR_INVALID_VALUE' })
    expect(socket.datagrams.map(messages => messages.map(idOf))).toEqual([[1, 3]])
    expect(socket.sent.map(sent => sent.bytes.length)).toEqual([32, 32])
  })
  test('asks for a name once', async () => {
    const { connection, socket } = connect()
    await batch(connection, [setNamed('four'), setNamed('four'), setNamed('fifth')])
    expect(socket.datagrams.map(messages => messages.map(sent => [sent.type, idOf(sent)]))).toEqual([
      [[GET_THING, 4]],
      [
        [NEW_THING, 4],
        [NEW_THING, 4],
      ],
      [[GET_THING, 5]],
      [[NEW_THING, 5]],
    ])
  })
  test('is split where a name means something else', async () => {
    const { connection, socket } = connect()
    await batch(connection, [
      { ...set(1), affects: ['four'] },
      setNamed('four'),
      setNamed('four', ['four']),
      setNamed('four'),
    ])
    expect(socket.datagrams.map(messages => messages.map(sent => [sent.type, idOf(sent)]))).toEqual([
      [[NEW_THING, 1]],
      [[GET_THING, 4]],
      [
        [NEW_THING, 4],
        [NEW_THING, 4],
      ],
      [[GET_THING, 4]],
      [[NEW_THING, 4]],
    ])
  })
  test('a name that is not there fails only who needs it', async () => {
    const { connection } = connect((sent, s) => [s.ack(sent, sent.type === GET_THING ? 19 : 0)])
    const error = await failure(batch(connection, [set(1), setNamed('gone'), set(3)]))
    expect(error.results.map((r: { status: string }) => r.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(error.results[1].reason).toMatchObject({ code: 'ENODEV' })
  })
  test('refuses a dump', async () => {
    const { connection, socket } = connect()
    expect((await failure(batch(connection, [set(1), list()]))).message).toBe(
      'thing.list lists: run it by itself, not in a batch',
    )
    expect(socket.sent).toEqual([])
  })
  test('a malformed ack fails only its own request', async () => {
    const { connection } = connect((sent, s) => [
      idOf(sent) === 1 ? s.message(sent.sequence, 2, 0, hex('0000')) : s.ack(sent),
    ])
    const error = await failure(batch(connection, [set(1), set(2)]))
    expect(error.results.map((r: { status: string }) => r.status)).toEqual(['rejected', 'fulfilled'])
  })
  test('an overrun fails what was in flight', async () => {
    const { connection } = connect((sent, s) => (idOf(sent) === 1 ? [s.ack(sent), overrun()] : []))
    const error = await failure(batch(connection, [set(1), set(2)]))
    expect(error.results[0].status).toBe('fulfilled')
    expect(error.results[1].reason).toBeInstanceOf(OverrunError)
  })
  test('what cannot be sent fails what was in that datagram', async () => {
    const { connection, socket } = connect(
      (sent, s) => {
        if (idOf(sent) === 2) s.sendError = new SysError('send', 105)
        return [s.ack(sent)]
      },
      { capabilities: { acks: 2 } },
    )
    const error = await failure(batch(connection, [1, 2, 3, 4, 5].map(set)))
    expect(error.results.map((r: { status: string }) => r.status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'rejected',
      'fulfilled',
    ])
    expect(error.results[2].reason).toMatchObject({ syscall: 'send', code: 'ENOBUFS' })
    expect(socket.sent.map(idOf)).toEqual([1, 2, 5])
  })
})

test('batchSettled has a result for each', async () => {
  const { connection } = connect((sent, s) => [s.ack(sent, idOf(sent) === 2 ? 17 : 0, text(1, 'so so'))])
  expect(await connection.batchSettled([set(1), set(2)])).toMatchObject([
    { status: 'fulfilled', value: undefined, warnings: [{ message: 'so so', request: 'set thing 1' }] },
    { status: 'rejected', reason: { code: 'EEXIST', kernelMessage: 'so so' } },
  ])
})

test('two batches at once do not mix', async () => {
  const { connection } = connect(kernel, { capabilities: { acks: 2 } })
  const [a, b] = await Promise.all([
    connection.batch([1, 2, 3, 4, 5].map(get)),
    connection.batch([11, 12, 13, 14, 15].map(get)),
  ])
  expect([a, b]).toEqual([
    [1, 2, 3, 4, 5],
    [11, 12, 13, 14, 15],
  ])
})

test('what is run while a batch waits is sent once', async () => {
  const { connection, socket } = connect(silent, { sendLimit: 64 })
  const batch = connection.batch([set(1), set(2)])
  const other = connection.run(set(9))
  await turn()
  socket.script = kernel
  for (const sent of socket.sent) socket.deliver(socket.ack(sent))
  await Promise.all([batch, other])
  expect(socket.sent.map(idOf)).toEqual([1, 9, 2])
})
