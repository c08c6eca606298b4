import { TabStream } from './tab-stream'

let stream: TabStream | undefined

/** This tab's part in the browser's one event stream. */
export function tabStream(): TabStream {
  if (stream) return stream
  const own = new TabStream({
    locks: 'locks' in navigator && 'BroadcastChannel' in globalThis ? navigator.locks : null,
    channel: (name) => new BroadcastChannel(name),
    open: (address) => new EventSource(address),
    isHidden: () => document.hidden,
    onVisibility: (call) => {
      document.addEventListener('visibilitychange', call)
      return () => document.removeEventListener('visibilitychange', call)
    },
  })
  stream = own
  own.open()
  // A page that the browser keeps aside, for the way back, holds nothing meanwhile.
  addEventListener('pagehide', () => own.close())
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) own.open()
  })
  return own
}
