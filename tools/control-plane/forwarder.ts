import { createSocket } from 'node:dgram'
import { connect, createServer, type Server, type Socket } from 'node:net'

/** A port on 127.0.0.1 that leads to a Unix socket. It can refuse connections and take them again, on the same port. */
export class Forwarder {
  private server: Server | null = null
  private readonly open = new Set<Socket>()
  private bound = 0

  private readonly socketPath: string

  constructor(socketPath: string) {
    this.socketPath = socketPath
  }

  get port(): number {
    return this.bound
  }

  /** Listens on the given port, on the one it had before, or on any free one (0). */
  async listen(port = 0): Promise<number> {
    if (this.server) return this.bound
    const server = createServer((near) => this.join(near))
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(this.bound || port, '127.0.0.1', resolve)
    })
    this.server = server
    const address = server.address()
    this.bound = typeof address === 'object' && address ? address.port : 0
    return this.bound
  }

  /** Closes the port: new connections are refused, open ones are reset. */
  async close(): Promise<void> {
    const server = this.server
    this.server = null
    for (const socket of this.open) socket.resetAndDestroy()
    if (server) await new Promise((resolve) => server.close(resolve))
  }

  private join(near: Socket): void {
    const far = connect(this.socketPath)
    this.open.add(near)
    near.on('close', () => {
      this.open.delete(near)
      far.destroy()
    })
    far.on('close', () => near.destroy())
    near.on('error', () => far.destroy())
    far.on('error', () => near.destroy())
    near.pipe(far).pipe(near)
  }
}

/** Takes DNS questions by UDP on 127.0.0.1 and asks them over TCP through a Unix socket. */
export class DatagramForwarder {
  private readonly socket = createSocket('udp4')

  private readonly socketPath: string

  constructor(socketPath: string) {
    this.socketPath = socketPath
  }

  /** Binds the given port; 127.0.0.1 only. */
  async listen(port: number): Promise<void> {
    this.socket.on('message', (question, from) => {
      askByTcp(this.socketPath, question).then(
        (answer) => this.socket.send(answer, from.port, from.address),
        () => {}, // No answer is what a lost datagram looks like, too.
      )
    })
    await new Promise<void>((resolve, reject) => {
      this.socket.once('error', reject)
      this.socket.bind(port, '127.0.0.1', resolve)
    })
  }

  close(): void {
    this.socket.close()
  }
}

/** One DNS message asked over a stream (RFC 1035 4.2.2: two bytes of length before each message). */
export function askByTcp(path: string, question: Buffer, patience = 5000): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = connect(path)
    let received = Buffer.alloc(0)
    socket.setTimeout(patience, () => socket.destroy(new Error(`no DNS answer in ${patience} ms`)))
    socket.on('error', reject)
    socket.on('close', () => reject(new Error('the DNS server closed the connection')))
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk])
      if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return
      resolve(received.subarray(2, 2 + received.readUInt16BE(0)))
      socket.destroy()
    })
    const length = Buffer.alloc(2)
    length.writeUInt16BE(question.length)
    socket.write(Buffer.concat([length, question]))
  })
}
