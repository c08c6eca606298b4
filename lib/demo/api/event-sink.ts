import type { ServerResponse } from 'node:http'
import type { WebSocket } from 'ws'
import type { Fields } from '@/lib/demo/store'
import { PROTOBUF } from './media-types'

/** Where a watch sends its events: k8s apiserver pkg/endpoints/handlers/watch.go, HandleHTTP and HandleWS. */
export type EventSink = {
  /** @param text the object as JSON */
  send: (type: string, text: string) => void
  /** Bytes that the reader has not taken yet. */
  unsent: () => number
  end: () => void
  onClose: (closed: () => void) => void
}

const line = (type: string, text: string) => `{"type":"${type}","object":${text}}\n`

/** A line of JSON for each event, or a message of protobuf. */
export async function httpSink(response: ServerResponse, protobuf: boolean): Promise<EventSink> {
  const encodeEvent = protobuf ? (await import('./protobuf/message')).encodeEvent : null
  response.writeHead(200, {
    'content-type': encodeEvent ? `${PROTOBUF};stream=watch` : 'application/json',
    'cache-control': 'no-cache, private',
  })
  response.flushHeaders()
  return {
    send: (type, text) =>
      response.write(encodeEvent ? encodeEvent(type, JSON.parse(text) as Fields) : line(type, text)),
    unsent: () => response.writableLength,
    end: () => response.end(),
    onClose: (closed) => {
      response.on('close', closed)
      response.on('error', closed)
    },
  }
}

/** A text message of JSON for each event, whatever the sub-protocol is called. What the reader sends is not read. */
export function webSocketSink(socket: WebSocket): EventSink {
  return {
    send: (type, text) => socket.send(line(type, text)),
    unsent: () => socket.bufferedAmount,
    end: () => socket.close(1000),
    onClose: (closed) => {
      socket.on('close', closed)
      socket.on('error', closed)
    },
  }
}
