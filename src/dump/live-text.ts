// The tap's text (src/tap.ts): each datagram's messages as nl-dump shows them, at once.
import type { Captured } from '../netlink/capture.ts'
import { Viewer } from './commands/show.ts'
import { dissect } from './dissect.ts'

/** Makes datagrams of one conversation into text, one after the other. */
export function liveText(colors: boolean): (datagram: Captured) => string {
  const viewer = new Viewer({ format: 'line', colors })
  const { conversation } = viewer
  return ({ bytes, protocol, direction, time }) => {
    const datagram = {
      ...{ bytes, protocol, place: '' },
      ...(direction ? { direction } : {}),
      ...(time === undefined ? {} : { time }),
    }
    return dissect(bytes, { protocol, conversation })
      .map(message => viewer.text(message, datagram))
      .join('')
  }
}
