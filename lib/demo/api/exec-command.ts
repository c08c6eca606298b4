import { ExecRefused, Unreachable, type ExecIO, type ExecSession, type Kubelets } from './kubelets'
import { StatusError, type Status } from './status'

/** Exec as it is whatever carries its streams: k8s pkg/kubelet remotecommand, apimachinery pkg/util/remotecommand. */
export const STDIN = 0
export const STDOUT = 1
export const STDERR = 2

/** A command that is asked for, and where its streams go. */
export type ExecCommand = {
  stdin: boolean
  stdout: boolean
  stderr: boolean
  tty: boolean
  begin: (io: ExecIO, signal: AbortSignal) => ExecSession
}

type Send = (channel: number, data: Buffer) => void

/** Keeps what a command says until its streams stand. */
export class Outlet {
  readonly #early: Parameters<Send>[] = []
  #opened: Send | null = null

  readonly send: Send = (channel, data) => {
    if (this.#opened) this.#opened(channel, data)
    else this.#early.push([channel, data])
  }

  open(send: Send): void {
    this.#opened = send
    for (const [channel, data] of this.#early.splice(0)) send(channel, data)
  }
}

type Place = { namespace: string; name: string; container: string; command: string[] }

/** Throws a StatusError where the kubelet refuses, with its words. */
export function begin(kubelets: Kubelets, at: Place, io: ExecIO, signal: AbortSignal): ExecSession {
  try {
    return kubelets.exec(at.namespace, at.name, at.container, at.command, io, signal)
  } catch (error) {
    if (error instanceof ExecRefused && error.noProgram) throw new NoProgram(error.message)
    if (error instanceof ExecRefused || error instanceof Unreachable) {
      const why = error instanceof ExecRefused ? `unable to upgrade connection: ${error.message}` : error.message
      throw new StatusError(500, 'InternalError', `Internal error occurred: ${why}`, { causes: [{ message: why }] })
    }
    throw error
  }
}

/** Known only when the streams stand: the runtime finds no such program in the container. */
class NoProgram extends StatusError {
  constructor(message: string) {
    super(500, 'InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] })
  }
}

/** Begins the command; a StatusError that belongs on the error channel is returned, every other is thrown. */
export function startOrRefuse(asked: ExecCommand, send: Send, signal: AbortSignal): ExecSession | StatusError {
  const io: ExecIO = {
    tty: asked.tty,
    stdin: asked.stdin,
    stdout: (data) => asked.stdout && send(STDOUT, data),
    stderr: (data) => asked.stderr && send(STDERR, data),
  }
  try {
    return asked.begin(io, signal)
  } catch (error) {
    if (error instanceof NoProgram) return error
    throw error
  }
}

/** How the command ended, as the error channel tells it. */
export async function statusOf(session: ExecSession): Promise<Status> {
  const code = await session.ended
  if (code === 0) return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' }
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: exit code ${code}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
  }
}

/** Terminal sizes come as `{"Width":80,"Height":24}`. */
export function resize(session: ExecSession, data: Buffer): void {
  try {
    const { Width: width, Height: height } = JSON.parse(data.toString('utf8')) as { Width?: unknown; Height?: unknown }
    if (typeof width === 'number' && typeof height === 'number') session.resize(width, height)
  } catch {
    // What is no size changes none.
  }
}
