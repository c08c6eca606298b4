import type { Duplex } from 'node:stream'

/**
 * What the API server asks of kubelets: logs and the ports of pods. Each is asked by the pod, not by the node.
 */
export type LogOptions = {
  /** The instance before the last restart. */
  previous: boolean
  follow: boolean
  tailLines: number | null
  /** Lines not older than this moment. */
  since: Date | null
}

export type LogLine = { time: Date; text: string }

export type ProxyRequest = {
  method: string
  /** Path and query as the app sees them, beginning with a slash. */
  path: string
  headers: Record<string, string>
  body: Buffer
}

export type ProxyResponse = { status: number; headers: Record<string, string>; body: Buffer | string }

/** Where a command in a container reads and writes. */
export type ExecIO = {
  tty: boolean
  /** Whether anything will be written to it. */
  stdin: boolean
  stdout: (data: Buffer) => void
  stderr: (data: Buffer) => void
}

/** A command that runs in a container. */
export type ExecSession = {
  /** The exit code. */
  ended: Promise<number>
  write: (data: Buffer) => void
  endInput: () => void
  resize: (columns: number, rows: number) => void
}

export interface Kubelets {
  /**
   * Lines of one container, oldest first; with follow it ends when the container does, or when the signal aborts.
   * Throws LogsRefused when there is nothing to read, and Unreachable when the pod's node does not answer.
   */
  logs(
    namespace: string,
    pod: string,
    container: string,
    options: LogOptions,
    signal: AbortSignal,
  ): AsyncIterable<LogLine>
  /** What the pod answers on a port. Throws Unreachable when nothing listens there or its node is gone. */
  handle(namespace: string, pod: string, port: number, request: ProxyRequest): Promise<ProxyResponse>
  /** A connection to what listens on a port of the pod. Throws Unreachable as `handle` does. */
  connect(namespace: string, pod: string, port: number): Duplex
  /**
   * Begins a command in a container; it ends by itself, with the container, or when the signal aborts. Throws ExecRefused
   * when it cannot begin, and Unreachable when the pod's node does not answer.
   */
  exec(
    namespace: string,
    pod: string,
    container: string,
    command: string[],
    io: ExecIO,
    signal: AbortSignal,
  ): ExecSession
}

/** The kubelet answers 400 with this text, e.g. `container "kubia" in pod "kubia-0" is waiting to start: ContainerCreating`. */
export class LogsRefused extends Error {}

/** The kubelet or the container's runtime cannot begin the command. */
export class ExecRefused extends Error {
  /** The container is there, and has no such program. */
  readonly noProgram: boolean

  constructor(message: string, noProgram = false) {
    super(message)
    this.noProgram = noProgram
  }
}

/** Nobody answers there; the text is what a dial would say, e.g. `dial tcp 10.244.1.2:8080: connect: connection refused`. */
export class Unreachable extends Error {}
