// `--write FILE.pcap`: what is read, from whatever source, is also written as pcap, which tshark and others open.
import { closeSync, openSync, realpathSync, writeSync } from 'node:fs'
import { pcapHeader, pcapRecord } from '../../netlink/capture.ts'
import { NETLINK_ROUTE } from '../../netlink/message.ts'
import type { Datagram } from '../sources/index.ts'
import type { Input } from './input.ts'
import { UsageError } from './io.ts'
import type { Given, Options } from './options.ts'

export const WRITING = {
  write: { value: 'FILE.pcap', help: 'also write every datagram to a pcap file (link type 253), which tshark opens' },
} satisfies Options

/** Makes an input be written as it is read; several may go to one file. Throws UsageError where it cannot be written. */
export function recorder(given: Given, protocol: number | undefined): (input: Input) => Input {
  const path = given.values['write']
  if (typeof path !== 'string') return input => input
  if (given.operands.some(operand => isSame(operand, path)))
    throw new UsageError(`--write ${path}: it is what is to be read`)
  const fd = create(path)
  process.on('exit', () => closeSync(fd))
  return input => ({ ...input, datagrams: written(input.datagrams, fd, protocol) })
}

function isSame(a: string, b: string): boolean {
  try {
    return realpathSync(a) === realpathSync(b)
  } catch {
    return false
  }
}

function create(path: string): number {
  try {
    const fd = openSync(path, 'w')
    writeSync(fd, pcapHeader())
    return fd
  } catch (error) {
    throw new UsageError(`--write ${path}: ${(error as Error).message}`)
  }
}

async function* written(
  batches: AsyncIterable<readonly Datagram[]>,
  fd: number,
  protocol: number | undefined,
): AsyncGenerator<readonly Datagram[]> {
  for await (const batch of batches) {
    const records = batch.map(datagram =>
      pcapRecord({ ...datagram, protocol: protocol ?? datagram.protocol ?? NETLINK_ROUTE }),
    )
    const bytes = Buffer.concat(records)
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at)
    yield batch
  }
}
