// Dumps of many parts that something ends, as a process of its own: pooled-play.ts HOW NETNS.
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { Netlink } from '../../src/client.ts'
import * as address from '../../src/ops/address.ts'

const [how, netns] = (isMainThread ? process.argv.slice(2) : workerData) as [how: string, netns: string]
const list = (host: Netlink, each: () => void = () => {}): Promise<void> =>
  host.forEach(address.list({ family: 'inet' }), each)
const inWorker = (): Worker => new Worker(process.argv[1]!, { workerData: [how, netns] })
const done = (): void => void process.stdout.write('done\n')

/** Dumps again and again. */
async function forever(each: () => void): Promise<never> {
  const host = Netlink.open({ netns })
  for (;;) await list(host, each)
}

const HOW: Readonly<Record<string, () => Promise<unknown>>> = {
  async terminate() {
    for (const milliseconds of [1, 2, 3, 5, 8, 13]) {
      const worker = inWorker()
      await new Promise(resolve => worker.once('message', resolve))
      await new Promise(resolve => setTimeout(resolve, milliseconds))
      await worker.terminate()
    }
    done()
  },
  async 'exit-in-worker'() {
    await new Promise(resolve => inWorker().once('exit', resolve))
    done()
  },
  exit() {
    done()
    return forever(once(() => process.exit(0)))
  },
  async 'to-the-end'() {
    using host = Netlink.open({ netns })
    await list(host)
    // The process ends by itself.
    done()
  },
  async unprivileged() {
    using host = Netlink.open({ netns })
    process.setgroups!([])
    process.setgid!(65534)
    process.setuid!(65534)
    let seen = 0
    await list(host, () => seen++)
    console.log(seen)
  },
}

const IN_WORKER: Readonly<Record<string, () => Promise<unknown>>> = {
  terminate: () => forever(once(() => parentPort!.postMessage('begun'))),
  'exit-in-worker': () => forever(once(() => process.exit(0))),
}

function once(work: () => void): () => void {
  let seen = 0
  return () => {
    if (++seen === 3000) work()
  }
}

await (isMainThread ? HOW : IN_WORKER)[how]!()
