// Runs in a Worker that lives in a namespace: says where it is, how names resolve there, and serves until it is ended.
import dns from 'node:dns'
import { readlinkSync } from 'node:fs'
import { createServer } from 'node:http'
import { parentPort, workerData } from 'node:worker_threads'

const server = createServer((_, response) => response.end('from the worker'))
// A host name: in this thread it is looked up inside, and the socket is inside.
server.listen(0, 'server.test', async () => {
  const { port } = server.address()
  const answer = await fetch(`http://server.test:${port}/`)
  parentPort.postMessage({
    workerData,
    netns: readlinkSync('/proc/thread-self/ns/net'),
    address: server.address().address,
    port,
    fetched: await answer.text(),
    looked: await dns.promises.lookup('other.test'),
    resolved: await dns.promises.resolve4('server.test'),
  })
})
