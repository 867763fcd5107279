// Runs in a Worker: tries to listen, says what came of it, and stays until it is ended.
import { parentPort } from 'node:worker_threads'
import { register } from 'tsx/esm/api'

register()
const { link, Netlink } = await import('../../src/index.ts')
const host = Netlink.open()
const requests = (await host.run(link.list())).length > 0
try {
  host.subscribe(['link'])
} catch (error) {
  parentPort.postMessage({ requests, error: `${error.name}: ${error.message}` })
}
setInterval(() => {}, 1000)
