// An HTTP server that listens inside a namespace, in a process that goes on outside, and a request to it from there too.
// It does the work of:
//   ip netns add inside; ip -n inside link set lo up
//   ip netns exec inside node server.js & ip netns exec inside curl http://127.0.0.1:8080/
// Run it where it cannot disturb: node scripts/in-sandbox.mjs tsx examples/server-in-a-namespace.ts
import { createServer } from 'node:http'
import { link, Netlink, netns } from '../src/index.ts'

const inside = netns.create('inside')
const server = createServer((_request, response) => response.end('hello from inside\n'))
try {
  using there = Netlink.open({ netns: inside })
  await there.run(link.set('lo', { up: true }))

  // The socket is born inside; the server lives in this process's event loop.
  await inside.listen(server, { port: 8080, host: '127.0.0.1' })
  const answer = await inside.fetch('http://127.0.0.1:8080/')
  console.log((await answer.text()).trim())
} finally {
  server.close()
  server.closeAllConnections()
  inside.close()
  await netns.delete('inside')
}
